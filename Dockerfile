# The lab with its page, as compose.yaml starts it.
FROM python:3.14-slim

# A virtual environment: nothing of the image's own Python is mixed in.
RUN python -m venv /opt/lab
# The program writes below /tmp only, so that the container's file system can be read-only.
ENV PATH=/opt/lab/bin:$PATH PYTHONUNBUFFERED=1 HOME=/tmp LAB_HOME=/tmp/lab

WORKDIR /tmp
# The dependencies are a layer of their own: they stay when only the lab's own files change.
COPY pyproject.toml constraints.txt /src/
RUN python -c "import tomllib; print(*tomllib.load(open('/src/pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" >/tmp/needs.txt \
 && pip install --no-cache-dir -c /src/constraints.txt -r /tmp/needs.txt && rm /tmp/needs.txt

COPY README.md LICENSE /src/
COPY lab_app /src/lab_app
COPY migrations /src/migrations
COPY scenarios /src/scenarios
COPY results /src/results
COPY exercises /src/exercises
RUN pip install --no-cache-dir --no-deps /src

USER 10001:10001
EXPOSE 8080
CMD ["flask", "lab", "web", "--host", "0.0.0.0"]
