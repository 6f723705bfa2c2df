"""From the folders that earlier commands wrote to batches of token ids.

The pipeline, from the outside in; each iterator holds the one below it and says its whole state in a few numbers:

    TaskMixture                    one optimiser step: pictures to draw and pictures to talk about, by stage
      └─ BucketedOrder (one each)  which texts come next: shuffled by epoch, neighbours of similar length
           └─ TokenisedTexts       ids of every text, made once and cached beside the run
                └─ records.py      LLaVA records, one JSON object a line
      └─ PictureStore              code ids and the two embeddings of every picture and of its mirror image
"""
