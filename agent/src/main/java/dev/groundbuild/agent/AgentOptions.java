package dev.groundbuild.agent;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How an agent works.
 *
 * @param data the folder for all that it keeps
 * @param address to listen on; port 0 for any that is free
 * @param workers how many builds it runs at once
 * @param drain how long it waits for running builds when it is stopped
 */
public record AgentOptions(Path data, InetSocketAddress address, int workers, Duration drain) {}
