# SPDX-License-Identifier: Apache-2.0
"""Dashboards, variables and panels for the import into Grafana 9 to 11, as plain dictionaries."""

SCHEMA_VERSION = 36  # Grafana 9.0; later versions migrate it
COLUMNS = 24
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}

# Units by Grafana's names.
CPUS = "suffix: CPUs"
SHARE = "percentunit"
BYTES = "bytes"
BYTES_PER_SECOND = "binBps"
SECONDS = "s"
PER_SECOND = "cps"
COUNT = "short"


def target(expr, legend="", kind="range", form="time_series"):
    return {"datasource": DATASOURCE, "expr": expr, "legendFormat": legend, "range": kind == "range", "instant": kind == "instant",
            "format": form}


def panel(kind, title, unit, description, targets, *, width=12, height=8, options=None, defaults=None, **more):
    for letter, each in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", targets):
        each["refId"] = letter
    return {"type": kind, "title": title, "description": description, "datasource": DATASOURCE, "targets": targets,
            "gridPos": {"w": width, "h": height, "x": 0, "y": 0}, "options": options or {},
            "fieldConfig": {"defaults": {"unit": unit, **(defaults or {})}, "overrides": []}, **more}


def graph(title, unit, description, *targets, stacked=False, **more):
    """Lines over time; `stacked` for parts of a whole."""
    custom = {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 30 if stacked else 5, "showPoints": "never", "spanNulls": False,
              "stacking": {"mode": "normal" if stacked else "none", "group": "A"}}
    options = {"legend": {"displayMode": "table", "placement": "right", "calcs": ["mean", "max"], "showLegend": True},
               "tooltip": {"mode": "multi", "sort": "desc"}}
    defaults = {"custom": custom, "min": 0} | more.pop("defaults", {})
    return panel("timeseries", title, unit, description, list(targets), options=options, defaults=defaults, **more)


def number(title, unit, description, expr, legend="", *, width=4, text="value", **more):
    """One current value. `text`: "name" shows the legend instead."""
    options = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "colorMode": "none", "graphMode": "none",
               "justifyMode": "auto", "orientation": "auto", "textMode": text}
    return panel("stat", title, unit, description, [target(expr, legend, "instant")], options=options, width=width, height=4, **more)


def table(title, unit, description, columns, *, hide=(), sort=None, **more):
    """One row for each set of labels. `columns`: (heading, unit, expression)."""
    targets = [target(expr, "", "instant", "table") for _, _, expr in columns]
    several = len(columns) > 1
    values = [f"Value #{letter}" if several else "Value" for letter, _ in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", columns)]
    names = {value: heading for value, (heading, _, _) in zip(values, columns)}
    order = {"id": "organize", "options": {"excludeByName": {name: True for name in ("Time", "__name__", *hide)}, "renameByName": names,
                                           "indexByName": {}}}
    made = panel("table", title, unit, description, targets, options={"showHeader": True, "footer": {"show": False}},
                 transformations=([{"id": "merge", "options": {}}] if several else []) + [order], width=COLUMNS, **more)
    made["fieldConfig"]["overrides"] = [
        {"matcher": {"id": "byName", "options": heading}, "properties": [{"id": "unit", "value": column_unit}]}
        for heading, column_unit, _ in columns]
    made["options"]["sortBy"] = [{"displayName": sort or columns[0][0], "desc": True}]
    return made


def heatmap(title, unit, description, expr, **more):
    """Of a histogram's buckets."""
    options = {"calculate": False, "cellGap": 1, "color": {"mode": "scheme", "scheme": "Oranges", "steps": 64}, "yAxis": {"unit": unit},
               "tooltip": {"show": True, "yHistogram": False}, "rowsFrame": {"layout": "le"}, "legend": {"show": True}}
    return panel("heatmap", title, unit, description, [target(expr, "{{le}}", form="heatmap")], options=options, **more)


def query_variable(name, label, metric_of_labels):
    return {"type": "query", "name": name, "label": label, "datasource": DATASOURCE, "definition": metric_of_labels,
            "query": {"query": metric_of_labels, "refId": name}, "refresh": 2, "sort": 1, "multi": True, "includeAll": True,
            "allValue": ".*", "current": {"selected": True, "text": ["All"], "value": ["$__all"]}, "hide": 0, "options": [],
            "regex": "", "skipUrlSync": False}


def variables(build_info, group_metric, group_label):
    """Data source, job, instance, group, and the number of lines in panels of the largest groups."""
    some = "5,10,20,50"
    options = [{"selected": value == "10", "text": value, "value": value} for value in some.split(",")]
    return [
        {"type": "datasource", "name": "datasource", "label": "Data source", "query": "prometheus", "hide": 0, "includeAll": False,
         "multi": False, "options": [], "refresh": 1, "regex": "", "skipUrlSync": False, "current": {}},
        query_variable("job", "Job", f"label_values({build_info}, job)"),
        query_variable("instance", "Instance", f'label_values({build_info}{{job=~"$job"}}, instance)'),
        query_variable("group", "Group", f'label_values({group_metric}{{job=~"$job",instance=~"$instance"}}, {group_label})'),
        {"type": "custom", "name": "top", "label": "Lines", "query": some, "hide": 0, "includeAll": False, "multi": False,
         "options": options, "current": {"selected": True, "text": "10", "value": "10"}, "skipUrlSync": False},
    ]


def place(rows):
    """Panels from left to right, row by row, each row under a title."""
    placed, y, number_of = [], 0, 0
    for title, panels in rows:
        number_of += 1
        placed.append({"type": "row", "id": number_of, "title": title, "collapsed": False, "panels": [],
                       "gridPos": {"w": COLUMNS, "h": 1, "x": 0, "y": y}})
        y, x, tallest = y + 1, 0, 0
        for each in panels:
            if x + each["gridPos"]["w"] > COLUMNS:
                y, x, tallest = y + tallest, 0, 0
            number_of += 1
            placed.append({**each, "id": number_of, "gridPos": {**each["gridPos"], "x": x, "y": y}})
            x, tallest = x + each["gridPos"]["w"], max(tallest, each["gridPos"]["h"])
        y += tallest
    return placed


def dashboard(uid, title, description, variables_of, rows):
    return {"uid": uid, "title": title, "description": description, "tags": ["procledger"], "schemaVersion": SCHEMA_VERSION, "version": 1,
            "editable": True, "graphTooltip": 1, "refresh": "30s", "time": {"from": "now-1h", "to": "now"}, "timezone": "",
            "annotations": {"list": []}, "links": [], "templating": {"list": variables_of}, "panels": place(rows)}
