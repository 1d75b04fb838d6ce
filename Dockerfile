# Two stages: what builds stays behind. The same image is the web process and the watchman.
FROM python:3.12-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements-build.lock requirements.lock ./
RUN python -m venv /opt/build \
 && /opt/build/bin/pip install --require-hashes -r requirements-build.lock \
 && python -m venv /opt/lamplit \
 && /opt/lamplit/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY geofence geofence
COPY alerts alerts
COPY service service
RUN /opt/build/bin/python -m hatchling build -t wheel \
 && /opt/lamplit/bin/pip install --no-deps dist/*.whl \
 && LAMPLIT_WALKS=/opt/walks /opt/lamplit/bin/python -m service.walks
# What draws maps in browsers comes from npm; an image without it has words and drawings, and `lamplit check` says so.
RUN mkdir -p /opt/basemap \
 && { LAMPLIT_BASEMAP=/opt/basemap /opt/lamplit/bin/python -m service.maps.basemap || echo "going on without it"; }

FROM python:3.12-slim
RUN useradd --system --uid 8470 --home-dir /var/lib/lamplit --create-home lamplit
COPY --from=build /opt/lamplit /opt/lamplit
COPY --from=build /opt/walks /opt/walks
COPY --from=build /opt/basemap /opt/basemap
ENV PATH=/opt/lamplit/bin:$PATH PYTHONUNBUFFERED=1 LAMPLIT_DATA_DIR=/var/lib/lamplit \
    LAMPLIT_WALKS=/opt/walks LAMPLIT_BASEMAP=/opt/basemap
USER lamplit
WORKDIR /var/lib/lamplit
EXPOSE 8470
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8470/health', timeout=4)"]
ENTRYPOINT ["lamplit"]
CMD ["web"]
