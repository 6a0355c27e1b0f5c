# Groundbuild in a container: command line and agent on a Java runtime of their own. `dev/image` prepares
# the files and builds this; no base image is needed. Builds run through the engine of the host:
#   docker run --rm -v /var/run/docker.sock:/var/run/docker.sock -v "$PWD:/src" groundbuild run /src
FROM scratch
COPY files/ /
ENV HOME=/root LC_ALL=C.UTF-8 PATH=/opt/groundbuild:/opt/groundbuild/runtime/bin:/bin
LABEL org.opencontainers.image.title=groundbuild
WORKDIR /src
ENTRYPOINT ["/opt/groundbuild/groundbuild"]
