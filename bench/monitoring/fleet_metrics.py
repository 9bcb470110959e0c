"""Measures /metrics/fleet with many nodes: registers them, sends their readings, scrapes, and says what a scrape cost the server.

    datahall up --no-agent --gateway none --listen http://127.0.0.1:7099 --data /tmp/fleet &
    python3 bench/monitoring/fleet_metrics.py 7099 /tmp/fleet $! 10000
"""
import http.client
import json
import os
import sys
import threading
import time

GPUS = 4
CALLERS = 16

port, data, pid, nodes = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])


def token(name):
    with open(os.path.join(data, name)) as file:
        return file.read().strip()


def registration(node):
    devices = [{"model": "H100", "memory": "80Gi"}] * GPUS
    return {"node": node, "session": "s1", "address": "10.0.0.1", "capacity": {"cpu": "64", "memory": "512Gi", "disk": "4Ti", "devices": devices}}


def readings(node):
    gpu = {"utilization": 0.97, "memoryUsedBytes": 68 << 30, "temperatureCelsius": 62, "powerWatts": 612.34}
    return {"node": node, "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "cpuUsed": 24.123, "memoryUsedBytes": 300 << 30, "diskUsedBytes": 1 << 40,
            "networkReceivedBytesPerSecond": 9e8, "networkSentBytesPerSecond": 8e8, "load1": 24.5, "temperatureCelsius": 61.5, "powerWatts": 3200.5,
            "devices": [{"index": index, **gpu} for index in range(GPUS)]}


def send(call, message, first):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Authorization": "Bearer " + token("join.token"), "Content-Type": "application/json"}
    for index in range(first, nodes, CALLERS):
        connection.request("POST", "/agent/v1/" + call, json.dumps(message(f"gpu-{index:05d}")), headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status >= 300:
            sys.exit(f"{call} answered {answer.status}: {body[:300]}")


def send_all(call, message):
    threads = [threading.Thread(target=send, args=(call, message, first)) for first in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def processor_seconds():
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def scrape():
    before, started = processor_seconds(), time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", "/metrics/fleet", headers={"Authorization": "Bearer " + token("admin.token")})
    body = connection.getresponse().read()
    print(f"{body.count(10)} lines, {len(body) / 1e6:.1f} MB: {time.monotonic() - started:.2f} s, of which the server's processors {processor_seconds() - before:.2f} s")


send_all("register", registration)
for _ in range(3):
    send_all("readings", readings)  # They count for 15 s.
    scrape()
