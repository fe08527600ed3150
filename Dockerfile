# Relevo in a container: docker build -t relevo . (compose.yaml brings Redis along).

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /source
RUN python -m venv /opt/relevo
COPY constraints.txt pyproject.toml ./
# Dependencies first: they change less often than the source, so this layer is kept.
RUN /opt/relevo/bin/pip install --constraint constraints.txt pip \
 && python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" > dependencies.txt \
 && /opt/relevo/bin/pip install --constraint constraints.txt --requirement dependencies.txt
COPY README.md LICENSE ./
COPY adapters ./adapters
COPY bot ./bot
COPY config ./config
COPY handoff ./handoff
COPY knowledge ./knowledge
RUN /opt/relevo/bin/pip install --no-deps --build-constraint constraints.txt .

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="Relevo" \
      org.opencontainers.image.description="A support bot for chat that answers from your knowledge and hands over to a human" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"
RUN groupadd --gid 10001 relevo \
 && useradd --uid 10001 --gid relevo --no-create-home --home-dir /data --shell /usr/sbin/nologin relevo \
 && install --directory --owner relevo --group relevo --mode 0700 /data
COPY --from=build /opt/relevo /opt/relevo
# Nothing but /data and /tmp is written to, so the rest may be mounted read-only.
ENV PATH=/opt/relevo/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    RELEVO_DATA_DIR=/data \
    RELEVO_HTTP__HOST=0.0.0.0 \
    RELEVO_HTTP__PORT=8080
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['RELEVO_HTTP__PORT'] + '/healthz', timeout=2)"]
CMD ["python", "-m", "bot", "run"]
