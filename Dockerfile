# One image, four processes: web, rasa, actions and work differ only in the command.
FROM python:3.10-slim-bookworm AS build
COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /usr/local/bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock README.md ./
COPY stubs stubs
RUN uv sync --frozen --no-dev --no-install-project
COPY . .
RUN uv sync --frozen --no-dev --no-editable && \
    LIFECYCLE_HOME=/tmp/build .venv/bin/lifecycle train && rm -rf /tmp/build

FROM python:3.10-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/* && \
    useradd --uid 10001 --create-home lifecycle && install -d -o lifecycle /state
COPY --from=build /app /app
WORKDIR /app
USER 10001
ENV PATH=/app/.venv/bin:$PATH LIFECYCLE_HOME=/state HOST=0.0.0.0 RASA_TELEMETRY_ENABLED=false PYTHONUNBUFFERED=1 DEMO=0
EXPOSE 8000
CMD ["lifecycle", "serve", "web"]
