"""Attribute heads: what can be read from [face embedding; CLIP embedding] of a picture, and how far it can be trusted.

From pictures whose attributes are known to attributes of other pictures:

    vectors        pictures → vectors, by a folder of encoders or the graphs of a model folder
    examples       vectors with what is known of each picture, in three parts by person: fit, calibrate, held-out
    fitting        one network for all heads, on `fit`
    calibration    a temperature for each head, on `calibrate`
    selection      which values are accurate enough to be said at all, decided on `calibrate`
    judgement      what the heads are worth, measured on `held-out`
    prediction     attributes of other pictures, as `annotate --attributes` reads them
"""
