// Drives a Pub/Sub at PUBSUB_EMULATOR_HOST with Google's client for Node; prints what it saw as JSON.
const {PubSub} = require('@google-cloud/pubsub');

async function main() {
  const pubsub = new PubSub({projectId: 'shop'});
  const seen = {};

  const [topic] = await pubsub.createTopic('from-node');
  seen.topic = topic.name;
  await pubsub.createTopic('from-node').catch(e => { seen.again = e.code; });
  await pubsub.topic('nowhere').publishMessage({data: Buffer.from('x')})
    .catch(e => { seen.nowhere = e.code; });

  const [subscription] = await topic.createSubscription('reader', {
    enableMessageOrdering: true,
    ackDeadlineSeconds: 30,
    filter: 'attributes.kind = "wanted"',
  });
  const [metadata] = await subscription.getMetadata();
  seen.ackDeadline = metadata.ackDeadlineSeconds;
  await subscription.setMetadata({ackDeadlineSeconds: 40});
  seen.changed = (await subscription.getMetadata())[0].ackDeadlineSeconds;

  const publisher = pubsub.topic('from-node', {messageOrdering: true});
  const ids = [];
  for (let i = 0; i < 40; i++) {
    ids.push(publisher.publishMessage({
      data: Buffer.from(`m${i}`),
      orderingKey: i % 2 ? 'odd' : 'even',
      attributes: {kind: i < 36 ? 'wanted' : 'other', n: String(i)},
    }));
  }
  seen.ids = new Set(await Promise.all(ids)).size;

  const order = {odd: [], even: []};
  let nacked = 0;
  await new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('too slow: ' + JSON.stringify(order))), 60000).unref();
    subscription.on('error', reject);
    subscription.on('message', message => {
      const text = message.data.toString();
      if (text === 'm9' && nacked++ === 0) {
        message.nack();
        return;
      }
      order[message.orderingKey].push(Number(message.attributes.n));
      message.ack();
      if (order.odd.length + order.even.length === 36) resolve();
    });
  });
  await subscription.close();
  seen.nacked = nacked;
  seen.inOrder = ['odd', 'even'].every(k => order[k].every((n, i) => i === 0 || n === order[k][i - 1] + 2));
  seen.received = order.odd.length + order.even.length;

  const [topics] = await pubsub.getTopics();
  seen.topics = topics.map(t => t.name);
  await subscription.delete();
  await topic.delete();
  await subscription.get().catch(e => { seen.deleted = e.code; });
  await pubsub.close();
  console.log(JSON.stringify(seen));
}

main().catch(e => {
  console.error(e);
  process.exit(1);
});
