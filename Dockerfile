# Hub, command line and simulators in one image:
#
#   docker build --tag schakel:0.1.0 .
#
# For production, say exactly which base you mean, by the digest that `docker buildx imagetools
# inspect python:3.12-slim-bookworm` shows:
#
#   docker build --build-arg BASE=python:3.12-slim-bookworm@sha256:... --tag schakel:0.1.0 .

ARG BASE=python:3.12-slim-bookworm

FROM ${BASE} AS builder

ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PROJECT_ENVIRONMENT=/opt/schakel \
    UV_PYTHON=/usr/local/bin/python3 \
    UV_PYTHON_DOWNLOADS=never

RUN pip install --no-cache-dir uv==0.13.9

WORKDIR /build
# What others made changes less often than what we make: it keeps a layer of its own.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-dev --no-install-project
COPY adapters adapters
COPY continuity continuity
COPY routing routing
COPY schakel schakel
COPY schemas schemas
COPY simulators simulators
RUN uv sync --frozen --no-dev --no-editable

FROM ${BASE}

LABEL org.opencontainers.image.title="Schakel" \
      org.opencontainers.image.description="Integration hub beside a municipal civil-affairs suite" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="EUPL-1.2"

# Documents beside messages are kept here: mount a volume. A number, so that Kubernetes can see that
# the user is not root.
RUN install -d -o 10001 -g 10001 -m 0700 /var/lib/schakel

COPY --from=builder /opt/schakel /opt/schakel

ENV PATH=/opt/schakel/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SCHAKEL_CONFIG=/etc/schakel/schakel.toml

USER 10001:10001
WORKDIR /var/lib/schakel
EXPOSE 8080
ENTRYPOINT ["schakel"]
CMD ["serve"]
