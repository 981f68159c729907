"""The commented study file that `lrstudy new` writes."""

from study.spec.template.commented_file import study_template, write_template

__all__ = ["study_template", "write_template"]
