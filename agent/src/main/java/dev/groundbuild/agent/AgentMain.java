package dev.groundbuild.agent;

/** Starts the agent. */
public final class AgentMain {
  private AgentMain() {}

  static void main(String[] args) {
    System.out.println("groundbuild agent");
  }
}
