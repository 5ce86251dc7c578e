# Airflow, its CPU workers and the web application. Build from the repository's root:
#   docker build -f infra/pipeline.Dockerfile .
FROM python:3.11.14-slim-bookworm AS fonts
COPY infra/fonts /build
RUN python /build/build.py --into /fonts

FROM python:3.11.14-slim-bookworm

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TF_CPP_MIN_LOG_LEVEL=3 \
    AIRFLOW_HOME=/var/lib/airflow \
    HERITAGE_HOME=/var/lib/heritage \
    AIRFLOW__CORE__DAGS_FOLDER=/app/dags

# Folders that volumes are mounted on belong to the user, or an empty volume would belong to root.
RUN useradd --uid 50000 --no-log-init --create-home heritage \
    && mkdir -p /var/lib/airflow/logs /var/lib/airflow/accounts /var/lib/heritage /var/lib/uploads \
        /deliveries \
    && chown -R heritage /var/lib/airflow /var/lib/heritage /var/lib/uploads /deliveries \
    && python -m venv /opt/venv

WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r requirements.txt

COPY . .
COPY --from=fonts /fonts ./heritage_color/web/static/fonts
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation -e .

USER 50000
