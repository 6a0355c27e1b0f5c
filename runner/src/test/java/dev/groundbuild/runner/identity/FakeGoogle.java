package dev.groundbuild.runner.identity;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Google's token server and the one that impersonates accounts, over the wire: a token is given for
 * an assertion that the key of the account has signed, and taken as a bearer's.
 */
public final class FakeGoogle implements AutoCloseable {
  public static final String ACCOUNT = "ci@p.iam.gserviceaccount.com";

  private final HttpServer server;
  private final KeyPair key;
  private final List<String> tokens = new CopyOnWriteArrayList<>();
  private final List<Instant> times = new CopyOnWriteArrayList<>();
  private final List<JsonObject> claims = new CopyOnWriteArrayList<>();
  private final int life;

  /**
   * @param life of its tokens, in seconds
   */
  public FakeGoogle(int life) throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      key = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    this.life = life;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/token", this::token);
    server.createContext("/v1/projects/-/serviceAccounts/", this::impersonate);
    server.start();
  }

  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  /** A key file of the account {@value #ACCOUNT}. */
  public Path keyFile(Path folder) throws IOException {
    JsonObject file = new JsonObject();
    file.addProperty("type", "service_account");
    file.addProperty("project_id", "p");
    file.addProperty("private_key_id", "k1");
    file.addProperty(
        "private_key",
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(key.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
    file.addProperty("client_email", ACCOUNT);
    file.addProperty("client_id", "1");
    file.addProperty("token_uri", address() + "token");
    return Files.writeString(folder.resolve("key.json"), file.toString());
  }

  /** Credentials of a person, as gcloud writes them. */
  public Path userFile(Path folder) throws IOException {
    JsonObject file = new JsonObject();
    file.addProperty("type", "authorized_user");
    file.addProperty("client_id", "1");
    file.addProperty("client_secret", "s");
    file.addProperty("refresh_token", "r");
    file.addProperty("token_uri", address() + "token");
    return Files.writeString(folder.resolve("user.json"), file.toString());
  }

  /** The access tokens given, in order. */
  public List<String> tokens() {
    return List.copyOf(tokens);
  }

  /** When the token of that number was given. */
  public Instant given(int number) {
    return times.get(number);
  }

  /** What the assertions said, in order. */
  List<JsonObject> claims() {
    return List.copyOf(claims);
  }

  private void token(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Map<String, String> form = new HashMap<>();
    for (String part : body.split("&", -1)) {
      String[] pair = part.split("=", 2);
      form.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
    }
    JsonObject answer = new JsonObject();
    if (form.containsKey("assertion")) {
      String[] jwt = form.getOrDefault("assertion", "").split("\\.", -1);
      if (!isSigned(jwt)) {
        answer.addProperty("error", "invalid_grant");
        answer(exchange, 400, answer);
        return;
      }
      JsonObject claim =
          JsonParser.parseString(
                  new String(Base64.getUrlDecoder().decode(jwt[1]), StandardCharsets.UTF_8))
              .getAsJsonObject();
      claims.add(claim);
      if (claim.has("target_audience")) {
        answer.addProperty("id_token", identity(claim.get("target_audience").getAsString()));
        answer(exchange, 200, answer);
        return;
      }
    }
    answer.addProperty("access_token", next("ya29.token-"));
    answer.addProperty("expires_in", life);
    answer.addProperty("token_type", "Bearer");
    answer(exchange, 200, answer);
  }

  private String next(String prefix) {
    String token = prefix + tokens.size() + "-0123456789abcdef";
    times.add(Instant.now());
    tokens.add(token);
    return token;
  }

  private boolean isSigned(String[] jwt) {
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(key.getPublic());
      signature.update((jwt[0] + "." + jwt[1]).getBytes(StandardCharsets.US_ASCII));
      return signature.verify(Base64.getUrlDecoder().decode(jwt[2]));
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** A statement that nobody can check; only its form counts. */
  private static String identity(String audience) {
    JsonObject claim = new JsonObject();
    claim.addProperty("aud", audience);
    claim.addProperty("exp", Instant.now().getEpochSecond() + 3600);
    return base64("{\"alg\":\"RS256\",\"typ\":\"JWT\"}")
        + "."
        + base64(claim.toString())
        + "."
        + base64("signature");
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Google: who may not impersonate an account is told so with 403. */
  private void impersonate(HttpExchange exchange) throws IOException {
    String bearer = exchange.getRequestHeaders().getFirst("Authorization");
    JsonObject answer = new JsonObject();
    String path = exchange.getRequestURI().getPath();
    boolean known = bearer != null && tokens.contains(bearer.replaceFirst("Bearer ", ""));
    if (!known || path.contains("forbidden@")) {
      answer.addProperty("error", "iam.serviceAccounts.getAccessToken denied");
      answer(exchange, 403, answer);
      return;
    }
    answer.addProperty("accessToken", next("ya29.as-"));
    answer.addProperty("expireTime", Instant.now().plusSeconds(life).toString());
    answer(exchange, 200, answer);
  }

  private static void answer(HttpExchange exchange, int status, JsonObject body)
      throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
