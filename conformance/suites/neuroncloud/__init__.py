"""Behaviour of NeuronCloud, one module per chapter of the document and what its long ones divide into.

The cases about pushes run after those that read, because some of them fill the history with thousands of values; those that
push values without a time, which become the latest of their point, run last among them.
"""

from conformance.suites.neuroncloud import (
    credentials,
    data_push,
    data_warehouse,
    device_details,
    device_list,
    general,
    history_range,
    latest_values,
    list_filters,
    point_history,
    pushed_values,
    robustness,
)

CASES = (
    *credentials.CASES,
    *general.CASES,
    *robustness.CASES,
    *pushed_values.CASES,
    *device_details.CASES,
    *device_list.CASES,
    *list_filters.CASES,
    *latest_values.CASES,
    *point_history.CASES,
    *history_range.CASES,
    *data_push.CASES,
    *data_warehouse.CASES,
)
