# One image, two commands: `serve` (default) and `worker`. Its steps are targets of the Makefile, which the tests cover.
FROM python:3.11-slim-bookworm
# Where pip finds torch; empty = the default index. A CPU-only index keeps the image small.
ARG TORCH_INDEX=
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends make git && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 1000 user
WORKDIR /home/user/app
COPY Makefile ./
RUN make system && rm -rf /var/lib/apt/lists/*
COPY --chown=user requirements.txt ./
COPY --chown=user requirements ./requirements
RUN chown user /home/user/app
USER user
RUN make env TORCH_INDEX=$TORCH_INDEX
COPY --chown=user . .
# app.py chooses `accounts` (the first start prints a one-time link for the administrator), in a Space `demo`.
ENV WORKBENCH_HOME=/home/user/home OMP_NUM_THREADS=1 GRADIO_ANALYTICS_ENABLED=False
RUN mkdir -p /home/user/home
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s CMD .venv/bin/python -c "import urllib.request as r; r.urlopen('http://127.0.0.1:7860/health/live')"
ENTRYPOINT [".venv/bin/python", "app.py"]
CMD ["serve"]
