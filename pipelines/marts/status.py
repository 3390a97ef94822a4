"""How complete and how final a figure is, in words."""

STATUS_ZH = {"L": "缺报", "I": "沿用", "P": "暂定", "A": "完整"}
"""By ``obs_status`` (SDMX ``CL_OBS_STATUS``): a part missing, a part carried forward, not final, complete and final."""
