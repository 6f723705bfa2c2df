"""Several models side by side: what they drew and said about one test set, measured as the paper measures.

`test_set` and `collected` say what is compared, `rubric_set`, `judging` and `yes` how a judge scores it, `features`,
`distances` and `intervals` how sets of pictures are compared, `settings` who is compared with what, and `tables` how
it is written down.
"""
