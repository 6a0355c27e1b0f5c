/** Who a build's steps are: the metadata server, its tokens, and logins for registries. */
@org.jspecify.annotations.NullMarked
package dev.groundbuild.runner.identity;
