"""From folders of photographs and clips to shards of single faces: found, cropped, told apart, split by person."""
