# One image for web, workers, beat and manage.py; compose.yaml says which runs what.
FROM python:3.12-slim

ENV CANVASS_VAR=/var/lib/canvass \
    NUMBA_CACHE_DIR=/var/lib/canvass/numba \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

# A user of the image's own: a number that stays, because it owns the files of the volume.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin canvass \
    && install --directory --owner canvass --mode 700 "$CANVASS_VAR" "$CANVASS_VAR/static"

WORKDIR /srv/canvass
COPY requirements.txt .
RUN python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes \
    --requirement requirements.txt
COPY . .

USER canvass
VOLUME /var/lib/canvass
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm"]
