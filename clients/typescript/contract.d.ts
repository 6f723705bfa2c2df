// Generated from openapi.yaml: npm run openapi. No value of this file exists at run time.
export interface paths {
    "/v1/capabilities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this server can do for you: tasks, limits, defaults, features */
        get: operations["getCapabilities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/faces/generate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a face from words
         * @description One picture is answered as the file itself, in the format of `output_format` or `Accept`; with `Accept: application/json`, n > 1 or `include_experts`, as JSON. Seed, settings and usage of a file are in its headers.
         */
        post: operations["generateFace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/faces/caption": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Describe the face in a picture */
        post: operations["captionFace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/faces/vqa": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer a question about a picture
         * @description With `choices` each of them is scored as the whole answer and nothing is written: `choices[]` come back with normalised probabilities, `answer` is the likeliest.
         */
        post: operations["answerAboutFace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/faces/attributes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Attributes of the face in a picture, with probabilities
         * @description Each attribute is a question that the model was trained on, with a closed set of answers: all of them are scored, none is written. The picture is read once. Ethnicity, religion and what else a face does not tell are not among the attributes.
         */
        post: operations["readFaceAttributes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/images/generations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make pictures, OpenAI's way
         * @description Every field of OpenAI's is honoured or refused by name. The same seed and settings make the same picture as `/v1/faces/generate`.
         */
        post: operations["createImage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/images/edits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Repaint a part of a picture, or all of it in its likeness, OpenAI's way
         * @description With a mask the pixels outside of it come back to the bit, fitted to the square of the answer; inside, tokens are masked and unmasked anew with the rest of the picture in view. Another seed gives another version.
         */
        post: operations["editImage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/provenance/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a picture file says of its making
         * @description Reads the marks in the file: IPTC's DigitalSourceType, this software's seed, model and receipt, and the C2PA manifest, whose signature is checked where the server has the library for it. No pixel is looked at, the model is not asked, nothing is kept. Marks can be removed and copied: a missing one proves nothing, and a present one is a claim.
         */
        post: operations["verifyProvenance"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chat/completions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Talk about a picture, OpenAI's way
         * @description Several turns over one picture, which is read once and then found in a cache (`usage.prompt_tokens_details.cached_tokens`). Every field of OpenAI's is honoured or refused by name.
         */
        post: operations["createChatCompletion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this server is */
        get: operations["inferenceServer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server answers */
        get: operations["inferenceLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server can be asked */
        get: operations["inferenceReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a model takes and gives */
        get: operations["inferenceModel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether a model can be asked */
        get: operations["inferenceModelReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a model takes and gives */
        get: operations["inferenceModelVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/versions/{version}/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether a model can be asked */
        get: operations["inferenceModelReadyVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/generate/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make pictures, as pixels
         * @description Inputs are those of the model's metadata; what /v1/faces has as fields are tensors of one element here. JSON, or JSON and binary tensor data behind it.
         */
        post: operations["inferGenerate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/generate/versions/{version}/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make pictures, as pixels
         * @description Inputs are those of the model's metadata; what /v1/faces has as fields are tensors of one element here. JSON, or JSON and binary tensor data behind it.
         */
        post: operations["inferGenerateVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/understand/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Describe a picture, or answer about it
         * @description Inputs are those of the model's metadata; what /v1/faces has as fields are tensors of one element here. JSON, or JSON and binary tensor data behind it.
         */
        post: operations["inferUnderstand"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/understand/versions/{version}/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Describe a picture, or answer about it
         * @description Inputs are those of the model's metadata; what /v1/faces has as fields are tensors of one element here. JSON, or JSON and binary tensor data behind it.
         */
        post: operations["inferUnderstandVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/encode_picture/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Encode pictures to code ids
         * @description Inputs are those of the model's metadata; what /v1/faces has as fields are tensors of one element here. JSON, or JSON and binary tensor data behind it.
         */
        post: operations["inferEncodePicture"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/encode_picture/versions/{version}/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Encode pictures to code ids
         * @description Inputs are those of the model's metadata; what /v1/faces has as fields are tensors of one element here. JSON, or JSON and binary tensor data behind it.
         */
        post: operations["inferEncodePictureVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/decode_picture/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decode code ids to pixels
         * @description Inputs are those of the model's metadata; what /v1/faces has as fields are tensors of one element here. JSON, or JSON and binary tensor data behind it.
         */
        post: operations["inferDecodePicture"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/decode_picture/versions/{version}/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decode code ids to pixels
         * @description Inputs are those of the model's metadata; what /v1/faces has as fields are tensors of one element here. JSON, or JSON and binary tensor data behind it.
         */
        post: operations["inferDecodePictureVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for something and fetch the answer later
         * @description The request is checked at once: what is wrong with its fields, and no place, are answered as its own route would; a picture that cannot be read makes the job fail. `x-priority`, `x-deadline-ms` and `Idempotency-Key` work as elsewhere; without a deadline a job has UNIF2ACE_JOB_TIMEOUT_MS. Jobs live in the memory of one server: they end with it.
         */
        post: operations["createJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a job is */
        get: operations["getJob"];
        put?: never;
        post?: never;
        /** End a job, or drop its result */
        delete: operations["cancelJob"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The answer of a job
         * @description With the status, the type and the body that its own route would have answered, errors included.
         */
        get: operations["getJobResult"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The models that are served */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One model: what runs it, its sizes, parameters, limits, licence and provenance */
        get: operations["getModel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the event loop turns */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether every model is loaded, warmed up, alive and not draining */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics as Prometheus text */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description Every error has this body.
         * @example {
         *       "error": {
         *         "message": "The prompt has 120 tokens and the model takes at most 93. Shorten it by at least 27 tokens.",
         *         "type": "invalid_request_error",
         *         "param": "prompt",
         *         "code": "prompt_too_long"
         *       }
         *     }
         */
        Error: {
            error: {
                /** @description What happened and what to do next. */
                message: string;
                /** @description OpenAI's class of the error, for example `invalid_request_error`. */
                type: string;
                /** @description The field at fault, where there is one. */
                param: string | null;
                /** @description Stable code; docs/errors.md has a heading for each. */
                code: string;
            };
        };
        /** @description With `include_experts`: which experts the forward passes of this request chose, by layer. Absent where there was no pass. */
        Experts: {
            /**
             * @description The group of experts that the passes chose among: that of making pictures, or of reading them.
             * @enum {string}
             */
            group: "generate" | "understand";
            /**
             * @description Counted from the routing decisions of these very passes, never estimated.
             * @enum {string}
             */
            source: "measured";
            /** @description Passes over a picture: only those choose sequence-level experts. Passes over text choose none, and neither does an answer about a picture that was found in the cache. */
            picture_passes: number;
            layers: {
                /** @description From 0. */
                layer: number;
                /** @description Every routed expert of the layer; each token chooses several. */
                token_level: {
                    /** @description Its number within the group, from 0. */
                    expert: number;
                    /** @description Tokens that chose it, over all passes. */
                    choices: number;
                    /** @description Its part of the layer's choices; those of a layer add up to 1. */
                    share: number;
                }[];
                /** @description Every sequence-level expert of the layer; each pass over a picture chooses several. */
                sequence_level: {
                    /** @description Its number within the group, from 0. */
                    expert: number;
                    /**
                     * @description What it adds to the picture's features: `copy` nothing, `zero` takes them out, `noise` the noise level, `clip` the picture's embedding, `face` the face's.
                     * @enum {string}
                     */
                    kind: "copy" | "zero" | "noise" | "clip" | "face";
                    /** @description Passes over a picture in which it was active. */
                    passes: number;
                    /** @description Its part of the passes over a picture; 0 where there was none. */
                    share: number;
                }[];
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getCapabilities: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What this server can do for you, from the model's manifest and the server's settings. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Always.
                         * @enum {string}
                         */
                        object: "capabilities";
                        /** @description Version of the server. */
                        version: string;
                        models: {
                            id: string;
                            /** @description Whether it is asked where a request names no model. */
                            default: boolean;
                            /**
                             * @description Where its engine stands.
                             * @enum {string}
                             */
                            state: "starting" | "ready" | "restarting" | "draining" | "stopped";
                            /** @description Of the version that answers now, as receipts have it. */
                            digest: string;
                            /** @description What runs it; null until it is loaded. */
                            execution_provider: string | null;
                            tasks: {
                                /** @description Making pictures. */
                                generate: {
                                    defaults: {
                                        /** @description Unmasking steps. */
                                        num_inference_steps: number;
                                        guidance_scale: number;
                                        output_format: string;
                                    };
                                    limits: {
                                        /** @description Tokens of a prompt. */
                                        max_prompt_tokens: number;
                                        /** @description Unmasking steps. */
                                        max_inference_steps: number;
                                        max_guidance_scale: number;
                                        /** @description Pictures of one request. */
                                        max_images_per_request: number;
                                    };
                                    /**
                                     * @description Width × height of the pictures that the model makes.
                                     * @example 128x128
                                     */
                                    size: string;
                                    /** @description Work units of one picture with the defaults: one is one row through one unmasking step. */
                                    work_units: number;
                                };
                                /** @description Writing about pictures. */
                                caption: {
                                    defaults: {
                                        /** @description Tokens of an answer. */
                                        max_tokens: number;
                                        temperature: number;
                                    };
                                    limits: {
                                        /** @description Tokens of a question. */
                                        max_question_tokens: number;
                                        /** @description Tokens of an answer. */
                                        max_tokens: number;
                                        /** @description Questions of one conversation. */
                                        max_turns: number;
                                    };
                                    /** @description Work units of one answer with the defaults, at most. */
                                    work_units: number;
                                };
                                /** @description Writing about pictures. */
                                answer: {
                                    defaults: {
                                        /** @description Tokens of an answer. */
                                        max_tokens: number;
                                        temperature: number;
                                    };
                                    limits: {
                                        /** @description Tokens of a question. */
                                        max_question_tokens: number;
                                        /** @description Tokens of an answer. */
                                        max_tokens: number;
                                        /** @description Questions of one conversation. */
                                        max_turns: number;
                                    };
                                    /** @description Work units of one answer with the defaults, at most. */
                                    work_units: number;
                                };
                            };
                        }[];
                        /** @description Routes that ask the model for something. */
                        routes: {
                            method: string;
                            path: string;
                            /**
                             * @description What it asks of the model.
                             * @enum {string}
                             */
                            task: "generate" | "caption" | "answer";
                            /** @description Fields of its body. Any other is refused. */
                            fields: string[];
                        }[];
                        limits: {
                            /** @description Largest picture file. */
                            max_upload_bytes: number;
                            /** @description Most pixels of an uploaded picture. */
                            max_image_pixels: number;
                            /** @description Requests that may wait. */
                            max_queue_requests: number;
                            /** @description Work units that may wait. */
                            max_queue_work: number;
                            /** @description Deadline of a request. */
                            request_timeout_ms: number;
                            /** @description Bytes of a stream that may wait for its reader. */
                            stream_buffer_bytes: number;
                            /** @description Of your key, or address; null for no limit. */
                            requests_per_minute: number | null;
                            /** @description Likewise. */
                            work_units_per_minute: number | null;
                        };
                        features: {
                            /** @description Whether a key is asked for. */
                            api_keys: boolean;
                            /** @description Values of x-priority. */
                            priorities: string[];
                            /** @description Whether x-deadline-ms is taken. */
                            deadlines: boolean;
                            /** @description How long answers are kept for their Idempotency-Key; null where it is refused. */
                            idempotency_window_ms: number | null;
                            /** @description Jobs; null where there are none. */
                            jobs: {
                                tasks: string[];
                                /** @description Jobs that are kept. */
                                max_jobs: number;
                                /** @description Deadline of a job. */
                                timeout_ms: number;
                                /** @description How long results are kept. */
                                result_ms: number;
                            } | null;
                        };
                    };
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    generateFace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What the face should look like. A prompt over the model's token limit is refused with both counts, never cut. */
                    prompt: string;
                    /** @description What to steer away from: it takes the place of the unconditional prompt. Needs a guidance_scale other than 1. */
                    negative_prompt?: string;
                    /** @description Name of the model to ask, as in `/v1/models`; one that is not served is 404. Left out: the default model. */
                    model?: string;
                    /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                    seed?: number;
                    /** @description Unmasking steps; more are slower and finer. Left out: the model's default. */
                    num_inference_steps?: number;
                    /** @description s in uncond + s · (cond − uncond): 1 is off. Left out: the model's default. */
                    guidance_scale?: number;
                    /**
                     * @description Pictures to make. Picture i is the same whatever n is.
                     * @default 1
                     */
                    n?: number;
                    /**
                     * @description The model reads each picture back, and says how far it agrees with the prompt.
                     * @default false
                     */
                    verify?: boolean;
                    /** @description Make so many pictures and give the one that agrees most with the prompt. Takes the place of n. */
                    best_of?: number;
                    /**
                     * @description File format of the pictures. Left out: what `Accept` asks for, else png.
                     * @enum {string}
                     */
                    output_format?: "png" | "webp" | "jpeg";
                    /**
                     * @description Tell in `usage.experts` which experts the forward passes of this request chose, layer by layer. The answer is JSON then.
                     * @default false
                     */
                    include_experts?: boolean;
                };
            };
        };
        responses: {
            /** @description The picture, or JSON with the pictures. */
            200: {
                headers: {
                    /** @description IPTC's word for the source of the picture, `trainedAlgorithmicMedia`; absent where the operator has switched marks off. */
                    "x-content-provenance"?: string;
                    /** @description Seed of the picture. */
                    "x-seed"?: number;
                    /** @description The usage object of the JSON answer, as one line of JSON. */
                    "x-usage"?: string;
                    /** @description With `verify` or `best_of`: how far the picture agrees with the prompt, as in the JSON answer. */
                    "x-agreement"?: number;
                    /** @description Unmasking steps. */
                    "x-num-inference-steps"?: number;
                    /** @description Guidance scale. */
                    "x-guidance-scale"?: number;
                    /** @description The receipt of the JSON answer without the words of the prompts, as one line of JSON; `unif2ace replay` takes it. */
                    "x-receipt"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                    "image/webp": string;
                    "image/jpeg": string;
                    "application/json": {
                        id: string;
                        /** @description Seconds since 1970. */
                        created: number;
                        model: string;
                        data: {
                            /** @description The picture file, base64. */
                            b64_json: string;
                            /** @description Its number among the pictures that were made. */
                            index: number;
                            /** @description With `verify` or `best_of`: nats a token by which the prompt is likelier as a caption of this picture than of a grey square, to the model that made it. Compare pictures of one prompt by it; it is no probability. */
                            agreement?: number;
                        }[];
                        /**
                         * @description File format of the pictures. Left out: what `Accept` asks for, else png.
                         * @enum {string}
                         */
                        output_format: "png" | "webp" | "jpeg";
                        /** @description Width × height, for example `160x160`. */
                        size: string;
                        /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                        seed: number;
                        num_inference_steps: number;
                        guidance_scale: number;
                        /** @description What it takes to make the same pictures again; `unif2ace replay` does. */
                        receipt: {
                            /** @enum {string} */
                            format: "unif2ace-receipt/1";
                            model: {
                                name: string;
                                /** @description Everything of the model that decides about its tokens; `unif2ace verify` prints it. */
                                digest: string;
                            };
                            /** @description Of the weights: fp32 or int8. */
                            precision: string;
                            /** @description What ran the model: cpu or cuda. Another one rounds differently. */
                            execution_provider: string;
                            /**
                             * @description An edit cannot be replayed: the receipt does not hold the original.
                             * @enum {string}
                             */
                            made_from: "prompt" | "prompt_and_picture";
                            /** @description Only in the JSON answer to whoever sent it. */
                            prompt?: string;
                            /** @description Only in the JSON answer to whoever sent it. */
                            negative_prompt?: string;
                            /** @description Of the prompt in UTF-8. Not in files: a short prompt can be guessed from it. */
                            prompt_sha256?: string;
                            /** @description Of the negative prompt in UTF-8; absent where there was none. Not in files. */
                            negative_prompt_sha256?: string;
                            seed: number;
                            num_inference_steps: number;
                            guidance_scale: number;
                            /** @description The model's own settings, which a request cannot change. */
                            sampler: {
                                mask_schedule: string;
                                temperature: number;
                                confidence_temperature: number;
                            };
                            pictures: {
                                /** @description Row of the seed's random numbers. */
                                index: number;
                                /** @description Of the picture's code ids as little-endian 32-bit integers. */
                                code_ids_sha256: string;
                            }[];
                        };
                        usage: {
                            /** @description Tokens read: text, and the picture that was edited. */
                            input_tokens: number;
                            input_tokens_details: {
                                text_tokens: number;
                                /** @description Tokens of the picture that was edited. */
                                image_tokens: number;
                                /** @description Tokens read whose keys and values were cached already. */
                                cached_tokens: number;
                            };
                            /** @description Picture tokens made. */
                            output_tokens: number;
                            output_tokens_details: {
                                image_tokens: number;
                                text_tokens: number;
                            };
                            total_tokens: number;
                            /** @description Forward passes of the backbone that this request took part in. */
                            forward_passes: number;
                            /** @description Parameters that one token activated, over the forward passes of this request. */
                            activated_parameters: {
                                /** @description Smallest forward pass, parameters per token. */
                                min: number;
                                /** @description Largest forward pass, parameters per token. */
                                max: number;
                                /** @description Mean over the forward passes, parameters per token. */
                                mean: number;
                                /** @description Parameters of the whole model. */
                                total: number;
                                /**
                                 * @description Counted from the routing decisions of these very passes, never estimated.
                                 * @enum {string}
                                 */
                                source: "measured";
                            };
                            /** @description Distinct parameters that a whole forward pass used. */
                            touched_parameters: {
                                /** @description Smallest forward pass. */
                                min: number;
                                /** @description Largest forward pass. */
                                max: number;
                                /** @description Mean over the forward passes. */
                                mean: number;
                            };
                            experts?: components["schemas"]["Experts"];
                        };
                        verification_usage?: {
                            /** @description Tokens read: picture and text. */
                            prompt_tokens: number;
                            /** @description Tokens written. */
                            completion_tokens: number;
                            total_tokens: number;
                            prompt_tokens_details: {
                                /** @description Tokens read whose keys and values were cached already. */
                                cached_tokens: number;
                                image_tokens: number;
                                text_tokens: number;
                            };
                            /** @description Forward passes of the backbone that this request took part in. */
                            forward_passes: number;
                            /** @description Parameters that one token activated, over the forward passes of this request. */
                            activated_parameters: {
                                /** @description Smallest forward pass, parameters per token. */
                                min: number;
                                /** @description Largest forward pass, parameters per token. */
                                max: number;
                                /** @description Mean over the forward passes, parameters per token. */
                                mean: number;
                                /** @description Parameters of the whole model. */
                                total: number;
                                /**
                                 * @description Counted from the routing decisions of these very passes, never estimated.
                                 * @enum {string}
                                 */
                                source: "measured";
                            };
                            /** @description Distinct parameters that a whole forward pass used. */
                            touched_parameters: {
                                /** @description Smallest forward pass. */
                                min: number;
                                /** @description Largest forward pass. */
                                max: number;
                                /** @description Mean over the forward passes. */
                                mean: number;
                            };
                            experts?: components["schemas"]["Experts"];
                        };
                    };
                };
            };
            /** @description Malformed, or a field that is unknown or unsupported. Nothing is ignored silently. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The model that is named is not served. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Accept leaves nothing that can be sent. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body, the picture file or the picture is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A media type or picture format that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model's limit. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The queue is full. */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The server's own fault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not ready, restarting or shutting down. */
            503: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Past the deadline. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    captionFace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The picture as a data URL, `data:image/png;base64,…`: PNG, JPEG, WebP or GIF. EXIF orientation is applied, transparency laid on white, of an animation the first frame taken, the middle square used. */
                    image: string;
                    /** @description Name of the model to ask, as in `/v1/models`; one that is not served is 404. Left out: the default model. */
                    model?: string;
                    /** @description Most tokens to write. Left out: the model's default. */
                    max_tokens?: number;
                    /**
                     * @description 0 takes the likeliest token each time.
                     * @default 0
                     */
                    temperature?: number;
                    /**
                     * @description Draw among the likeliest tokens that together have this probability.
                     * @default 1
                     */
                    top_p?: number;
                    /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                    seed?: number;
                    /**
                     * @description Answer as server-sent events: `*.delta`, then `*.completed`, then `[DONE]`.
                     * @default false
                     */
                    stream?: boolean;
                    /**
                     * @description Tell in `usage.experts` which experts the forward passes of this request chose, layer by layer.
                     * @default false
                     */
                    include_experts?: boolean;
                };
                "multipart/form-data": {
                    /** @description The picture as a file part (PNG, JPEG, WebP, GIF), or as a text part that holds a data URL. */
                    image: unknown;
                    /** @description Name of the model to ask, as in `/v1/models`; one that is not served is 404. Left out: the default model. */
                    model?: string;
                    /** @description Most tokens to write. Left out: the model's default. */
                    max_tokens?: number;
                    /**
                     * @description 0 takes the likeliest token each time.
                     * @default 0
                     */
                    temperature?: number;
                    /**
                     * @description Draw among the likeliest tokens that together have this probability.
                     * @default 1
                     */
                    top_p?: number;
                    /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                    seed?: number;
                    /**
                     * @description Answer as server-sent events: `*.delta`, then `*.completed`, then `[DONE]`.
                     * @default false
                     */
                    stream?: boolean;
                    /**
                     * @description Tell in `usage.experts` which experts the forward passes of this request chose, layer by layer.
                     * @default false
                     */
                    include_experts?: boolean;
                };
            };
        };
        responses: {
            /** @description JSON; with `stream`, events `caption.delta` {type, delta}, then `caption.completed` with the fields of the JSON answer, then `[DONE]`. A failure after the start is an `error` event with the error body. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        caption: string;
                        id: string;
                        /** @description Seconds since 1970. */
                        created: number;
                        model: string;
                        /**
                         * @description `stop`: the model ended its text. `length`: max_tokens was reached. `content_filter`: the policy of this server refused the question or the answer; the text is its message.
                         * @enum {string}
                         */
                        finish_reason: "stop" | "length" | "content_filter";
                        /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                        seed: number;
                        face?: {
                            /** @description Whether the picture shows a face. Without one the answer still comes, about whatever is there. */
                            found: boolean;
                            /** @description Probability that there is a face. Of several faces the crop in the middle is described. */
                            score: number;
                            /** @description Faces found, where the model has a face detector. Of several the largest near the middle is embedded. */
                            count?: number;
                        };
                        /** @description There when the policy refused: nothing was answered, and where the question was refused nobody looked at the picture. */
                        refusal?: {
                            /** @description Name of the policy's rule. */
                            category: string;
                            /** @description Why, and what can be asked instead. */
                            message: string;
                        };
                        /** @description What has to be said beside this answer, for example that it concerns a feeling (EU AI Act, Art. 50(3)). */
                        disclosures?: {
                            /** @description Name of the policy's rule. */
                            category: string;
                            /** @description What has to be said. */
                            message: string;
                        }[];
                        usage: {
                            /** @description Tokens read: picture and text. */
                            prompt_tokens: number;
                            /** @description Tokens written. */
                            completion_tokens: number;
                            total_tokens: number;
                            prompt_tokens_details: {
                                /** @description Tokens read whose keys and values were cached already. */
                                cached_tokens: number;
                                image_tokens: number;
                                text_tokens: number;
                            };
                            /** @description Forward passes of the backbone that this request took part in. */
                            forward_passes: number;
                            /** @description Parameters that one token activated, over the forward passes of this request. */
                            activated_parameters: {
                                /** @description Smallest forward pass, parameters per token. */
                                min: number;
                                /** @description Largest forward pass, parameters per token. */
                                max: number;
                                /** @description Mean over the forward passes, parameters per token. */
                                mean: number;
                                /** @description Parameters of the whole model. */
                                total: number;
                                /**
                                 * @description Counted from the routing decisions of these very passes, never estimated.
                                 * @enum {string}
                                 */
                                source: "measured";
                            };
                            /** @description Distinct parameters that a whole forward pass used. */
                            touched_parameters: {
                                /** @description Smallest forward pass. */
                                min: number;
                                /** @description Largest forward pass. */
                                max: number;
                                /** @description Mean over the forward passes. */
                                mean: number;
                            };
                            experts?: components["schemas"]["Experts"];
                        };
                    };
                    "text/event-stream": {
                        /** @enum {string} */
                        event: "caption.delta";
                        data: {
                            /**
                             * @description Always.
                             * @enum {string}
                             */
                            type: "caption.delta";
                            /** @description The next words. */
                            delta: string;
                        };
                    } | {
                        /** @enum {string} */
                        event: "caption.completed";
                        data: {
                            /**
                             * @description Always.
                             * @enum {string}
                             */
                            type: "caption.completed";
                            caption: string;
                            id: string;
                            /** @description Seconds since 1970. */
                            created: number;
                            model: string;
                            /**
                             * @description `stop`: the model ended its text. `length`: max_tokens was reached. `content_filter`: the policy of this server refused the question or the answer; the text is its message.
                             * @enum {string}
                             */
                            finish_reason: "stop" | "length" | "content_filter";
                            /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                            seed: number;
                            face?: {
                                /** @description Whether the picture shows a face. Without one the answer still comes, about whatever is there. */
                                found: boolean;
                                /** @description Probability that there is a face. Of several faces the crop in the middle is described. */
                                score: number;
                                /** @description Faces found, where the model has a face detector. Of several the largest near the middle is embedded. */
                                count?: number;
                            };
                            /** @description There when the policy refused: nothing was answered, and where the question was refused nobody looked at the picture. */
                            refusal?: {
                                /** @description Name of the policy's rule. */
                                category: string;
                                /** @description Why, and what can be asked instead. */
                                message: string;
                            };
                            /** @description What has to be said beside this answer, for example that it concerns a feeling (EU AI Act, Art. 50(3)). */
                            disclosures?: {
                                /** @description Name of the policy's rule. */
                                category: string;
                                /** @description What has to be said. */
                                message: string;
                            }[];
                            usage: {
                                /** @description Tokens read: picture and text. */
                                prompt_tokens: number;
                                /** @description Tokens written. */
                                completion_tokens: number;
                                total_tokens: number;
                                prompt_tokens_details: {
                                    /** @description Tokens read whose keys and values were cached already. */
                                    cached_tokens: number;
                                    image_tokens: number;
                                    text_tokens: number;
                                };
                                /** @description Forward passes of the backbone that this request took part in. */
                                forward_passes: number;
                                /** @description Parameters that one token activated, over the forward passes of this request. */
                                activated_parameters: {
                                    /** @description Smallest forward pass, parameters per token. */
                                    min: number;
                                    /** @description Largest forward pass, parameters per token. */
                                    max: number;
                                    /** @description Mean over the forward passes, parameters per token. */
                                    mean: number;
                                    /** @description Parameters of the whole model. */
                                    total: number;
                                    /**
                                     * @description Counted from the routing decisions of these very passes, never estimated.
                                     * @enum {string}
                                     */
                                    source: "measured";
                                };
                                /** @description Distinct parameters that a whole forward pass used. */
                                touched_parameters: {
                                    /** @description Smallest forward pass. */
                                    min: number;
                                    /** @description Largest forward pass. */
                                    max: number;
                                    /** @description Mean over the forward passes. */
                                    mean: number;
                                };
                                experts?: components["schemas"]["Experts"];
                            };
                            /** @description Milliseconds; what `Server-Timing` says elsewhere. */
                            timings: {
                                /** @description Until it was begun. */
                                queue_ms?: number;
                                /** @description Reading the picture. */
                                encode_ms?: number;
                                /** @description Until the first token. */
                                first_token_ms?: number;
                                total_ms: number;
                            };
                        };
                    } | {
                        /** @enum {string} */
                        event: "error";
                        data: components["schemas"]["Error"];
                    } | {
                        /** @enum {string} */
                        event?: "message";
                        /** @enum {string} */
                        data: "[DONE]";
                    };
                };
            };
            /** @description Malformed, or a field that is unknown or unsupported. Nothing is ignored silently. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The model that is named is not served. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Accept leaves nothing that can be sent. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body, the picture file or the picture is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A media type or picture format that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model's limit. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The queue is full. */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The server's own fault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not ready, restarting or shutting down. */
            503: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Past the deadline. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    answerAboutFace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The picture as a data URL, `data:image/png;base64,…`: PNG, JPEG, WebP or GIF. EXIF orientation is applied, transparency laid on white, of an animation the first frame taken, the middle square used. */
                    image: string;
                    /** @description What to ask about the picture. */
                    question: string;
                    /** @description Possible answers. Each is scored, nothing is written; max_tokens, temperature and top_p have no place beside them. */
                    choices?: string[];
                    /** @description Name of the model to ask, as in `/v1/models`; one that is not served is 404. Left out: the default model. */
                    model?: string;
                    /** @description Most tokens to write. Left out: the model's default. */
                    max_tokens?: number;
                    /**
                     * @description 0 takes the likeliest token each time.
                     * @default 0
                     */
                    temperature?: number;
                    /**
                     * @description Draw among the likeliest tokens that together have this probability.
                     * @default 1
                     */
                    top_p?: number;
                    /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                    seed?: number;
                    /**
                     * @description Answer as server-sent events: `*.delta`, then `*.completed`, then `[DONE]`.
                     * @default false
                     */
                    stream?: boolean;
                    /**
                     * @description Tell in `usage.experts` which experts the forward passes of this request chose, layer by layer.
                     * @default false
                     */
                    include_experts?: boolean;
                };
                "multipart/form-data": {
                    /** @description The picture as a file part (PNG, JPEG, WebP, GIF), or as a text part that holds a data URL. */
                    image: unknown;
                    /** @description What to ask about the picture. */
                    question: string;
                    /** @description Possible answers. Each is scored, nothing is written; max_tokens, temperature and top_p have no place beside them. */
                    choices?: string[];
                    /** @description Name of the model to ask, as in `/v1/models`; one that is not served is 404. Left out: the default model. */
                    model?: string;
                    /** @description Most tokens to write. Left out: the model's default. */
                    max_tokens?: number;
                    /**
                     * @description 0 takes the likeliest token each time.
                     * @default 0
                     */
                    temperature?: number;
                    /**
                     * @description Draw among the likeliest tokens that together have this probability.
                     * @default 1
                     */
                    top_p?: number;
                    /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                    seed?: number;
                    /**
                     * @description Answer as server-sent events: `*.delta`, then `*.completed`, then `[DONE]`.
                     * @default false
                     */
                    stream?: boolean;
                    /**
                     * @description Tell in `usage.experts` which experts the forward passes of this request chose, layer by layer.
                     * @default false
                     */
                    include_experts?: boolean;
                };
            };
        };
        responses: {
            /** @description JSON; with `stream`, events `answer.delta` {type, delta}, then `answer.completed` with the fields of the JSON answer, then `[DONE]`. A failure after the start is an `error` event with the error body. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description With `choices`: the likeliest of them. */
                        answer: string;
                        /** @description In the order of the request. */
                        choices?: {
                            text: string;
                            /** @description Normalised over the choices. */
                            probability: number;
                            /** @description Log-probability of this text as the whole answer, before normalisation. */
                            logprob: number;
                        }[];
                        id: string;
                        /** @description Seconds since 1970. */
                        created: number;
                        model: string;
                        /**
                         * @description `stop`: the model ended its text. `length`: max_tokens was reached. `content_filter`: the policy of this server refused the question or the answer; the text is its message.
                         * @enum {string}
                         */
                        finish_reason: "stop" | "length" | "content_filter";
                        /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                        seed: number;
                        face?: {
                            /** @description Whether the picture shows a face. Without one the answer still comes, about whatever is there. */
                            found: boolean;
                            /** @description Probability that there is a face. Of several faces the crop in the middle is described. */
                            score: number;
                            /** @description Faces found, where the model has a face detector. Of several the largest near the middle is embedded. */
                            count?: number;
                        };
                        /** @description There when the policy refused: nothing was answered, and where the question was refused nobody looked at the picture. */
                        refusal?: {
                            /** @description Name of the policy's rule. */
                            category: string;
                            /** @description Why, and what can be asked instead. */
                            message: string;
                        };
                        /** @description What has to be said beside this answer, for example that it concerns a feeling (EU AI Act, Art. 50(3)). */
                        disclosures?: {
                            /** @description Name of the policy's rule. */
                            category: string;
                            /** @description What has to be said. */
                            message: string;
                        }[];
                        usage: {
                            /** @description Tokens read: picture and text. */
                            prompt_tokens: number;
                            /** @description Tokens written. */
                            completion_tokens: number;
                            total_tokens: number;
                            prompt_tokens_details: {
                                /** @description Tokens read whose keys and values were cached already. */
                                cached_tokens: number;
                                image_tokens: number;
                                text_tokens: number;
                            };
                            /** @description Forward passes of the backbone that this request took part in. */
                            forward_passes: number;
                            /** @description Parameters that one token activated, over the forward passes of this request. */
                            activated_parameters: {
                                /** @description Smallest forward pass, parameters per token. */
                                min: number;
                                /** @description Largest forward pass, parameters per token. */
                                max: number;
                                /** @description Mean over the forward passes, parameters per token. */
                                mean: number;
                                /** @description Parameters of the whole model. */
                                total: number;
                                /**
                                 * @description Counted from the routing decisions of these very passes, never estimated.
                                 * @enum {string}
                                 */
                                source: "measured";
                            };
                            /** @description Distinct parameters that a whole forward pass used. */
                            touched_parameters: {
                                /** @description Smallest forward pass. */
                                min: number;
                                /** @description Largest forward pass. */
                                max: number;
                                /** @description Mean over the forward passes. */
                                mean: number;
                            };
                            experts?: components["schemas"]["Experts"];
                        };
                    };
                    "text/event-stream": {
                        /** @enum {string} */
                        event: "answer.delta";
                        data: {
                            /**
                             * @description Always.
                             * @enum {string}
                             */
                            type: "answer.delta";
                            /** @description The next words. */
                            delta: string;
                        };
                    } | {
                        /** @enum {string} */
                        event: "answer.completed";
                        data: {
                            /**
                             * @description Always.
                             * @enum {string}
                             */
                            type: "answer.completed";
                            /** @description With `choices`: the likeliest of them. */
                            answer: string;
                            /** @description In the order of the request. */
                            choices?: {
                                text: string;
                                /** @description Normalised over the choices. */
                                probability: number;
                                /** @description Log-probability of this text as the whole answer, before normalisation. */
                                logprob: number;
                            }[];
                            id: string;
                            /** @description Seconds since 1970. */
                            created: number;
                            model: string;
                            /**
                             * @description `stop`: the model ended its text. `length`: max_tokens was reached. `content_filter`: the policy of this server refused the question or the answer; the text is its message.
                             * @enum {string}
                             */
                            finish_reason: "stop" | "length" | "content_filter";
                            /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                            seed: number;
                            face?: {
                                /** @description Whether the picture shows a face. Without one the answer still comes, about whatever is there. */
                                found: boolean;
                                /** @description Probability that there is a face. Of several faces the crop in the middle is described. */
                                score: number;
                                /** @description Faces found, where the model has a face detector. Of several the largest near the middle is embedded. */
                                count?: number;
                            };
                            /** @description There when the policy refused: nothing was answered, and where the question was refused nobody looked at the picture. */
                            refusal?: {
                                /** @description Name of the policy's rule. */
                                category: string;
                                /** @description Why, and what can be asked instead. */
                                message: string;
                            };
                            /** @description What has to be said beside this answer, for example that it concerns a feeling (EU AI Act, Art. 50(3)). */
                            disclosures?: {
                                /** @description Name of the policy's rule. */
                                category: string;
                                /** @description What has to be said. */
                                message: string;
                            }[];
                            usage: {
                                /** @description Tokens read: picture and text. */
                                prompt_tokens: number;
                                /** @description Tokens written. */
                                completion_tokens: number;
                                total_tokens: number;
                                prompt_tokens_details: {
                                    /** @description Tokens read whose keys and values were cached already. */
                                    cached_tokens: number;
                                    image_tokens: number;
                                    text_tokens: number;
                                };
                                /** @description Forward passes of the backbone that this request took part in. */
                                forward_passes: number;
                                /** @description Parameters that one token activated, over the forward passes of this request. */
                                activated_parameters: {
                                    /** @description Smallest forward pass, parameters per token. */
                                    min: number;
                                    /** @description Largest forward pass, parameters per token. */
                                    max: number;
                                    /** @description Mean over the forward passes, parameters per token. */
                                    mean: number;
                                    /** @description Parameters of the whole model. */
                                    total: number;
                                    /**
                                     * @description Counted from the routing decisions of these very passes, never estimated.
                                     * @enum {string}
                                     */
                                    source: "measured";
                                };
                                /** @description Distinct parameters that a whole forward pass used. */
                                touched_parameters: {
                                    /** @description Smallest forward pass. */
                                    min: number;
                                    /** @description Largest forward pass. */
                                    max: number;
                                    /** @description Mean over the forward passes. */
                                    mean: number;
                                };
                                experts?: components["schemas"]["Experts"];
                            };
                            /** @description Milliseconds; what `Server-Timing` says elsewhere. */
                            timings: {
                                /** @description Until it was begun. */
                                queue_ms?: number;
                                /** @description Reading the picture. */
                                encode_ms?: number;
                                /** @description Until the first token. */
                                first_token_ms?: number;
                                total_ms: number;
                            };
                        };
                    } | {
                        /** @enum {string} */
                        event: "error";
                        data: components["schemas"]["Error"];
                    } | {
                        /** @enum {string} */
                        event?: "message";
                        /** @enum {string} */
                        data: "[DONE]";
                    };
                };
            };
            /** @description Malformed, or a field that is unknown or unsupported. Nothing is ignored silently. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The model that is named is not served. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Accept leaves nothing that can be sent. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body, the picture file or the picture is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A media type or picture format that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model's limit. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The queue is full. */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The server's own fault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not ready, restarting or shutting down. */
            503: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Past the deadline. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    readFaceAttributes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The picture as a data URL, `data:image/png;base64,…`: PNG, JPEG, WebP or GIF. EXIF orientation is applied, transparency laid on white, of an animation the first frame taken, the middle square used. */
                    image: string;
                    /** @description Name of the model to ask, as in `/v1/models`; one that is not served is 404. Left out: the default model. */
                    model?: string;
                    /** @description Which attributes, in the order of the answer. Left out: all. */
                    attributes?: ("age" | "gender" | "emotion" | "hair_colour" | "hair_length" | "hair_texture" | "eye_colour" | "eyes_open" | "skin_tone" | "face_shape" | "eyebrows" | "nose" | "beard" | "moustache" | "glasses" | "glasses_kind" | "glasses_colour" | "hat" | "hat_kind" | "hat_colour" | "earrings" | "earrings_kind" | "necklace" | "makeup" | "clothing_colour" | "clothing_striped" | "neckline" | "background_colour")[];
                    /**
                     * @description A value that is less likely than this is not given: the attribute is answered as abstained.
                     * @default 0.5
                     */
                    threshold?: number;
                    /**
                     * @description Tell in `usage.experts` which experts the forward passes of this request chose, layer by layer.
                     * @default false
                     */
                    include_experts?: boolean;
                };
                "multipart/form-data": {
                    /** @description The picture as a file part (PNG, JPEG, WebP, GIF), or as a text part that holds a data URL. */
                    image: unknown;
                    /** @description Name of the model to ask, as in `/v1/models`; one that is not served is 404. Left out: the default model. */
                    model?: string;
                    /** @description Which attributes, in the order of the answer. Left out: all. */
                    attributes?: ("age" | "gender" | "emotion" | "hair_colour" | "hair_length" | "hair_texture" | "eye_colour" | "eyes_open" | "skin_tone" | "face_shape" | "eyebrows" | "nose" | "beard" | "moustache" | "glasses" | "glasses_kind" | "glasses_colour" | "hat" | "hat_kind" | "hat_colour" | "earrings" | "earrings_kind" | "necklace" | "makeup" | "clothing_colour" | "clothing_striped" | "neckline" | "background_colour")[];
                    /**
                     * @description A value that is less likely than this is not given: the attribute is answered as abstained.
                     * @default 0.5
                     */
                    threshold?: number;
                    /**
                     * @description Tell in `usage.experts` which experts the forward passes of this request chose, layer by layer.
                     * @default false
                     */
                    include_experts?: boolean;
                };
            };
        };
        responses: {
            /** @description The attributes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @description Seconds since 1970. */
                        created: number;
                        model: string;
                        /** @description In the order of the request. */
                        attributes: {
                            /**
                             * @description Name of the attribute.
                             * @enum {string}
                             */
                            name: "age" | "gender" | "emotion" | "hair_colour" | "hair_length" | "hair_texture" | "eye_colour" | "eyes_open" | "skin_tone" | "face_shape" | "eyebrows" | "nose" | "beard" | "moustache" | "glasses" | "glasses_kind" | "glasses_colour" | "hat" | "hat_kind" | "hat_colour" | "earrings" | "earrings_kind" | "necklace" | "makeup" | "clothing_colour" | "clothing_striped" | "neckline" | "background_colour";
                            /** @description One of `values`, `yes` or `no` for what is there or not; null when the model abstains. */
                            value: string | null;
                            /** @description Of the value, or of what is likeliest where it abstains, normalised over all answers; null when the policy refused. It is the model's own belief and no measured accuracy. */
                            probability: number | null;
                            /** @description Whether no value is given. */
                            abstained: boolean;
                            /**
                             * @description There when it abstained. `uncertain`: no value reaches the threshold. `not_visible`: most likely it cannot be seen, or is not there to be described. `policy`: the policy of this server refuses it.
                             * @enum {string}
                             */
                            reason?: "uncertain" | "not_visible" | "policy";
                            /** @description Every value that it can have, with its probability if there is something to see: what is missing to 1 is that a hat or closed eyes hide it. Empty when the policy refused. */
                            values: {
                                value: string;
                                probability: number;
                            }[];
                            /** @description There when the policy refused: nothing was answered, and where the question was refused nobody looked at the picture. */
                            refusal?: {
                                /** @description Name of the policy's rule. */
                                category: string;
                                /** @description Why, and what can be asked instead. */
                                message: string;
                            };
                        }[];
                        /** @description Below it a value was not given. */
                        threshold: number;
                        face?: {
                            /** @description Whether the picture shows a face. Without one the answer still comes, about whatever is there. */
                            found: boolean;
                            /** @description Probability that there is a face. Of several faces the crop in the middle is described. */
                            score: number;
                            /** @description Faces found, where the model has a face detector. Of several the largest near the middle is embedded. */
                            count?: number;
                        };
                        /** @description What has to be said beside this answer, for example that it concerns a feeling (EU AI Act, Art. 50(3)). */
                        disclosures?: {
                            /** @description Name of the policy's rule. */
                            category: string;
                            /** @description What has to be said. */
                            message: string;
                        }[];
                        usage: {
                            /** @description Tokens read: picture and text. */
                            prompt_tokens: number;
                            /** @description Tokens written. */
                            completion_tokens: number;
                            total_tokens: number;
                            prompt_tokens_details: {
                                /** @description Tokens read whose keys and values were cached already. */
                                cached_tokens: number;
                                image_tokens: number;
                                text_tokens: number;
                            };
                            /** @description Forward passes of the backbone that this request took part in. */
                            forward_passes: number;
                            /** @description Parameters that one token activated, over the forward passes of this request. */
                            activated_parameters: {
                                /** @description Smallest forward pass, parameters per token. */
                                min: number;
                                /** @description Largest forward pass, parameters per token. */
                                max: number;
                                /** @description Mean over the forward passes, parameters per token. */
                                mean: number;
                                /** @description Parameters of the whole model. */
                                total: number;
                                /**
                                 * @description Counted from the routing decisions of these very passes, never estimated.
                                 * @enum {string}
                                 */
                                source: "measured";
                            };
                            /** @description Distinct parameters that a whole forward pass used. */
                            touched_parameters: {
                                /** @description Smallest forward pass. */
                                min: number;
                                /** @description Largest forward pass. */
                                max: number;
                                /** @description Mean over the forward passes. */
                                mean: number;
                            };
                            experts?: components["schemas"]["Experts"];
                        };
                    };
                };
            };
            /** @description Malformed, or a field that is unknown or unsupported. Nothing is ignored silently. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The model that is named is not served. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Accept leaves nothing that can be sent. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body, the picture file or the picture is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A media type or picture format that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model's limit. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The queue is full. */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The server's own fault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not ready, restarting or shutting down. */
            503: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Past the deadline. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createImage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What the face should look like. A prompt over the model's token limit is refused with both counts, never cut. */
                    prompt: string;
                    /**
                     * @description The pictures are opaque: `transparent` is refused.
                     * @enum {string}
                     */
                    background?: "transparent" | "opaque" | "auto";
                    /** @description Name of the model to ask, as in `/v1/models`; one that is not served is 404. Left out: the default model. */
                    model?: string;
                    /**
                     * @description Pictures to make. Picture i is the same whatever n is.
                     * @default 1
                     */
                    n?: number;
                    /** @description Quality of WebP and JPEG, 100 the best. Left out: 92. Refused with png, which is lossless. */
                    output_compression?: number;
                    /**
                     * @description File format of the pictures. Left out: png.
                     * @enum {string}
                     */
                    output_format?: "png" | "webp" | "jpeg";
                    /** @description Pictures of real unmasking steps to stream before each finished one, evenly spread over its steps; fewer where it takes fewer steps. Needs `stream`. */
                    partial_images?: number;
                    /**
                     * @description Unmasking steps: `medium` (also `auto` and `standard`) is the model's default, `low` half of it, `high` (also `hd`) twice, `xhigh` four times, `max` the most that the model takes, which also bounds the others. The answer says the steps.
                     * @enum {string}
                     */
                    quality?: "low" | "medium" | "high" | "xhigh" | "max" | "auto" | "standard" | "hd";
                    /**
                     * @description Pictures come in the answer: `url` is refused, for nothing is stored.
                     * @enum {string}
                     */
                    response_format?: "url" | "b64_json";
                    /** @description `auto` or the model's own size, or a whole multiple of both sides up to 4: then what the model made is scaled up, and `native_size` of the answer says from what. */
                    size?: string;
                    /**
                     * @description Answer as server-sent events.
                     * @default false
                     */
                    stream?: boolean;
                    /** @description Your name for your end user. A hash of it goes into the log line of the request, for the operator to find abuse. */
                    user?: string;
                    /** @description The same as `user`, and before it where both are given. */
                    safety_identifier?: string;
                    /** @description Refused with `option_unsupported`: this model plans nothing before it draws. Null is the same as left out. */
                    complexity?: unknown;
                    /** @description Refused with `option_unsupported`: it makes no animations. Null is the same as left out. */
                    frame_count?: unknown;
                    /** @description Refused with `option_unsupported`: it makes no animations. Null is the same as left out. */
                    frame_duration_ms?: unknown;
                    /** @description Refused with `option_unsupported`: it draws pixels only. Null is the same as left out. */
                    svg?: unknown;
                    /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                    seed?: number;
                    /** @description What to steer away from: it takes the place of the unconditional prompt. Needs a guidance_scale other than 1. */
                    negative_prompt?: string;
                    /** @description Unmasking steps; more are slower and finer. Left out: those of `quality`; beside a quality other than auto it is refused. */
                    num_inference_steps?: number;
                    /** @description s in uncond + s · (cond − uncond): 1 is off. Left out: the model's default. */
                    guidance_scale?: number;
                    /**
                     * @description The model reads each picture back, and says how far it agrees with the prompt.
                     * @default false
                     */
                    verify?: boolean;
                    /** @description Make so many pictures and give the one that agrees most with the prompt. Takes the place of n. */
                    best_of?: number;
                    /**
                     * @description Tell in `usage.experts` which experts the forward passes of this request chose, layer by layer.
                     * @default false
                     */
                    include_experts?: boolean;
                    /**
                     * @description `auto`: the operator's policy, as on every route. `low` is refused: the policy cannot be relaxed from outside.
                     * @enum {string}
                     */
                    moderation?: "low" | "auto";
                    /** @description Refused with `option_unsupported`: it has no styles to choose from; describe yours in the prompt. Null is the same as left out. */
                    style?: unknown;
                };
            };
        };
        responses: {
            /** @description JSON; with `stream`, events `image_generation.partial_image` {b64_json, partial_image_index, step, decided, …} as often as partial_images says and `image_generation.completed` {b64_json, usage, …} for each picture, then `[DONE]`. `decided` is the share of the tokens to make that is decided at that step, `index` the picture where n is above 1. A failure after the start is an `error` event with the error body. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Seconds since 1970. */
                        created: number;
                        data: {
                            /** @description The picture file, base64. */
                            b64_json: string;
                            /** @description Picture i of a seed is the same whatever n is. */
                            index: number;
                            /** @description With `verify` or `best_of`: nats a token by which the prompt is likelier as a caption of this picture than of a grey square, to the model that made it. Compare pictures of one prompt by it; it is no probability. */
                            agreement?: number;
                        }[];
                        /**
                         * @description Absent where num_inference_steps was given.
                         * @enum {string}
                         */
                        quality?: "low" | "medium" | "high" | "xhigh" | "max";
                        /**
                         * @description Always.
                         * @enum {string}
                         */
                        background: "opaque";
                        /**
                         * @description File format of the pictures. Left out: png.
                         * @enum {string}
                         */
                        output_format: "png" | "webp" | "jpeg";
                        /** @description Width × height of the files, for example `160x160`. */
                        size: string;
                        /** @description Width × height that the model made; smaller than `size` where that was scaled up. */
                        native_size: string;
                        id: string;
                        model: string;
                        /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                        seed: number;
                        num_inference_steps: number;
                        guidance_scale: number;
                        /** @description What was repainted; only in edits. */
                        edit?: {
                            /**
                             * @description What said where to repaint.
                             * @enum {string}
                             */
                            region: "mask" | "own-transparency" | "whole";
                            /** @description Share of the region's tokens made anew. */
                            strength: number;
                            /** @description Tokens of each picture made anew. */
                            remade_tokens: number;
                        };
                        /** @description What it takes to make the same pictures again; `unif2ace replay` does. */
                        receipt: {
                            /** @enum {string} */
                            format: "unif2ace-receipt/1";
                            model: {
                                name: string;
                                /** @description Everything of the model that decides about its tokens; `unif2ace verify` prints it. */
                                digest: string;
                            };
                            /** @description Of the weights: fp32 or int8. */
                            precision: string;
                            /** @description What ran the model: cpu or cuda. Another one rounds differently. */
                            execution_provider: string;
                            /**
                             * @description An edit cannot be replayed: the receipt does not hold the original.
                             * @enum {string}
                             */
                            made_from: "prompt" | "prompt_and_picture";
                            /** @description Only in the JSON answer to whoever sent it. */
                            prompt?: string;
                            /** @description Only in the JSON answer to whoever sent it. */
                            negative_prompt?: string;
                            /** @description Of the prompt in UTF-8. Not in files: a short prompt can be guessed from it. */
                            prompt_sha256?: string;
                            /** @description Of the negative prompt in UTF-8; absent where there was none. Not in files. */
                            negative_prompt_sha256?: string;
                            seed: number;
                            num_inference_steps: number;
                            guidance_scale: number;
                            /** @description The model's own settings, which a request cannot change. */
                            sampler: {
                                mask_schedule: string;
                                temperature: number;
                                confidence_temperature: number;
                            };
                            pictures: {
                                /** @description Row of the seed's random numbers. */
                                index: number;
                                /** @description Of the picture's code ids as little-endian 32-bit integers. */
                                code_ids_sha256: string;
                            }[];
                        };
                        usage: {
                            /** @description Tokens read: text, and the picture that was edited. */
                            input_tokens: number;
                            input_tokens_details: {
                                text_tokens: number;
                                /** @description Tokens of the picture that was edited. */
                                image_tokens: number;
                                /** @description Tokens read whose keys and values were cached already. */
                                cached_tokens: number;
                            };
                            /** @description Picture tokens made. */
                            output_tokens: number;
                            output_tokens_details: {
                                image_tokens: number;
                                text_tokens: number;
                            };
                            total_tokens: number;
                            /** @description Forward passes of the backbone that this request took part in. */
                            forward_passes: number;
                            /** @description Parameters that one token activated, over the forward passes of this request. */
                            activated_parameters: {
                                /** @description Smallest forward pass, parameters per token. */
                                min: number;
                                /** @description Largest forward pass, parameters per token. */
                                max: number;
                                /** @description Mean over the forward passes, parameters per token. */
                                mean: number;
                                /** @description Parameters of the whole model. */
                                total: number;
                                /**
                                 * @description Counted from the routing decisions of these very passes, never estimated.
                                 * @enum {string}
                                 */
                                source: "measured";
                            };
                            /** @description Distinct parameters that a whole forward pass used. */
                            touched_parameters: {
                                /** @description Smallest forward pass. */
                                min: number;
                                /** @description Largest forward pass. */
                                max: number;
                                /** @description Mean over the forward passes. */
                                mean: number;
                            };
                            experts?: components["schemas"]["Experts"];
                        };
                        verification_usage?: {
                            /** @description Tokens read: picture and text. */
                            prompt_tokens: number;
                            /** @description Tokens written. */
                            completion_tokens: number;
                            total_tokens: number;
                            prompt_tokens_details: {
                                /** @description Tokens read whose keys and values were cached already. */
                                cached_tokens: number;
                                image_tokens: number;
                                text_tokens: number;
                            };
                            /** @description Forward passes of the backbone that this request took part in. */
                            forward_passes: number;
                            /** @description Parameters that one token activated, over the forward passes of this request. */
                            activated_parameters: {
                                /** @description Smallest forward pass, parameters per token. */
                                min: number;
                                /** @description Largest forward pass, parameters per token. */
                                max: number;
                                /** @description Mean over the forward passes, parameters per token. */
                                mean: number;
                                /** @description Parameters of the whole model. */
                                total: number;
                                /**
                                 * @description Counted from the routing decisions of these very passes, never estimated.
                                 * @enum {string}
                                 */
                                source: "measured";
                            };
                            /** @description Distinct parameters that a whole forward pass used. */
                            touched_parameters: {
                                /** @description Smallest forward pass. */
                                min: number;
                                /** @description Largest forward pass. */
                                max: number;
                                /** @description Mean over the forward passes. */
                                mean: number;
                            };
                            experts?: components["schemas"]["Experts"];
                        };
                    };
                    "text/event-stream": {
                        /** @enum {string} */
                        event: "image_generation.partial_image";
                        data: {
                            /**
                             * @description Always.
                             * @enum {string}
                             */
                            type: "image_generation.partial_image";
                            /** @description The picture file, base64. */
                            b64_json: string;
                            /** @description Seconds since 1970. */
                            created_at: number;
                            /** @description Which picture, where n is above 1. */
                            index: number;
                            /**
                             * @description `auto` where num_inference_steps was given.
                             * @enum {string}
                             */
                            quality: "low" | "medium" | "high" | "xhigh" | "max" | "auto";
                            /**
                             * @description Always.
                             * @enum {string}
                             */
                            background: "opaque";
                            /**
                             * @description File format of the pictures. Left out: png.
                             * @enum {string}
                             */
                            output_format: "png" | "webp" | "jpeg";
                            /** @description Width × height of the files, for example `160x160`. */
                            size: string;
                            /** @description Width × height that the model made; smaller than `size` where that was scaled up. */
                            native_size: string;
                            id: string;
                            model: string;
                            /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                            seed: number;
                            num_inference_steps: number;
                            guidance_scale: number;
                            /** @description What was repainted; only in edits. */
                            edit?: {
                                /**
                                 * @description What said where to repaint.
                                 * @enum {string}
                                 */
                                region: "mask" | "own-transparency" | "whole";
                                /** @description Share of the region's tokens made anew. */
                                strength: number;
                                /** @description Tokens of each picture made anew. */
                                remade_tokens: number;
                            };
                            /** @description Counts the partial images of this picture. */
                            partial_image_index: number;
                            /** @description Steps that were done. */
                            step: number;
                            /** @description Share of the tokens to make that is decided. */
                            decided: number;
                        };
                    } | {
                        /** @enum {string} */
                        event: "image_generation.completed";
                        data: {
                            /**
                             * @description Always.
                             * @enum {string}
                             */
                            type: "image_generation.completed";
                            /** @description The picture file, base64. */
                            b64_json: string;
                            /** @description Seconds since 1970. */
                            created_at: number;
                            /** @description Which picture, where n is above 1. */
                            index: number;
                            /**
                             * @description `auto` where num_inference_steps was given.
                             * @enum {string}
                             */
                            quality: "low" | "medium" | "high" | "xhigh" | "max" | "auto";
                            /**
                             * @description Always.
                             * @enum {string}
                             */
                            background: "opaque";
                            /**
                             * @description File format of the pictures. Left out: png.
                             * @enum {string}
                             */
                            output_format: "png" | "webp" | "jpeg";
                            /** @description Width × height of the files, for example `160x160`. */
                            size: string;
                            /** @description Width × height that the model made; smaller than `size` where that was scaled up. */
                            native_size: string;
                            id: string;
                            model: string;
                            /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                            seed: number;
                            num_inference_steps: number;
                            guidance_scale: number;
                            /** @description What was repainted; only in edits. */
                            edit?: {
                                /**
                                 * @description What said where to repaint.
                                 * @enum {string}
                                 */
                                region: "mask" | "own-transparency" | "whole";
                                /** @description Share of the region's tokens made anew. */
                                strength: number;
                                /** @description Tokens of each picture made anew. */
                                remade_tokens: number;
                            };
                            /** @description With `verify` or `best_of`: nats a token by which the prompt is likelier as a caption of this picture than of a grey square, to the model that made it. Compare pictures of one prompt by it; it is no probability. */
                            agreement?: number;
                            /** @description What it takes to make the same pictures again; `unif2ace replay` does. */
                            receipt: {
                                /** @enum {string} */
                                format: "unif2ace-receipt/1";
                                model: {
                                    name: string;
                                    /** @description Everything of the model that decides about its tokens; `unif2ace verify` prints it. */
                                    digest: string;
                                };
                                /** @description Of the weights: fp32 or int8. */
                                precision: string;
                                /** @description What ran the model: cpu or cuda. Another one rounds differently. */
                                execution_provider: string;
                                /**
                                 * @description An edit cannot be replayed: the receipt does not hold the original.
                                 * @enum {string}
                                 */
                                made_from: "prompt" | "prompt_and_picture";
                                /** @description Only in the JSON answer to whoever sent it. */
                                prompt?: string;
                                /** @description Only in the JSON answer to whoever sent it. */
                                negative_prompt?: string;
                                /** @description Of the prompt in UTF-8. Not in files: a short prompt can be guessed from it. */
                                prompt_sha256?: string;
                                /** @description Of the negative prompt in UTF-8; absent where there was none. Not in files. */
                                negative_prompt_sha256?: string;
                                seed: number;
                                num_inference_steps: number;
                                guidance_scale: number;
                                /** @description The model's own settings, which a request cannot change. */
                                sampler: {
                                    mask_schedule: string;
                                    temperature: number;
                                    confidence_temperature: number;
                                };
                                pictures: {
                                    /** @description Row of the seed's random numbers. */
                                    index: number;
                                    /** @description Of the picture's code ids as little-endian 32-bit integers. */
                                    code_ids_sha256: string;
                                }[];
                            };
                            usage: {
                                /** @description Tokens read: text, and the picture that was edited. */
                                input_tokens: number;
                                input_tokens_details: {
                                    text_tokens: number;
                                    /** @description Tokens of the picture that was edited. */
                                    image_tokens: number;
                                    /** @description Tokens read whose keys and values were cached already. */
                                    cached_tokens: number;
                                };
                                /** @description Picture tokens made. */
                                output_tokens: number;
                                output_tokens_details: {
                                    image_tokens: number;
                                    text_tokens: number;
                                };
                                total_tokens: number;
                                /** @description Forward passes of the backbone that this request took part in. */
                                forward_passes: number;
                                /** @description Parameters that one token activated, over the forward passes of this request. */
                                activated_parameters: {
                                    /** @description Smallest forward pass, parameters per token. */
                                    min: number;
                                    /** @description Largest forward pass, parameters per token. */
                                    max: number;
                                    /** @description Mean over the forward passes, parameters per token. */
                                    mean: number;
                                    /** @description Parameters of the whole model. */
                                    total: number;
                                    /**
                                     * @description Counted from the routing decisions of these very passes, never estimated.
                                     * @enum {string}
                                     */
                                    source: "measured";
                                };
                                /** @description Distinct parameters that a whole forward pass used. */
                                touched_parameters: {
                                    /** @description Smallest forward pass. */
                                    min: number;
                                    /** @description Largest forward pass. */
                                    max: number;
                                    /** @description Mean over the forward passes. */
                                    mean: number;
                                };
                                experts?: components["schemas"]["Experts"];
                            };
                            verification_usage?: {
                                /** @description Tokens read: picture and text. */
                                prompt_tokens: number;
                                /** @description Tokens written. */
                                completion_tokens: number;
                                total_tokens: number;
                                prompt_tokens_details: {
                                    /** @description Tokens read whose keys and values were cached already. */
                                    cached_tokens: number;
                                    image_tokens: number;
                                    text_tokens: number;
                                };
                                /** @description Forward passes of the backbone that this request took part in. */
                                forward_passes: number;
                                /** @description Parameters that one token activated, over the forward passes of this request. */
                                activated_parameters: {
                                    /** @description Smallest forward pass, parameters per token. */
                                    min: number;
                                    /** @description Largest forward pass, parameters per token. */
                                    max: number;
                                    /** @description Mean over the forward passes, parameters per token. */
                                    mean: number;
                                    /** @description Parameters of the whole model. */
                                    total: number;
                                    /**
                                     * @description Counted from the routing decisions of these very passes, never estimated.
                                     * @enum {string}
                                     */
                                    source: "measured";
                                };
                                /** @description Distinct parameters that a whole forward pass used. */
                                touched_parameters: {
                                    /** @description Smallest forward pass. */
                                    min: number;
                                    /** @description Largest forward pass. */
                                    max: number;
                                    /** @description Mean over the forward passes. */
                                    mean: number;
                                };
                                experts?: components["schemas"]["Experts"];
                            };
                            /** @description Milliseconds; what `Server-Timing` says elsewhere. */
                            timings: {
                                /** @description Until it was begun. */
                                queue_ms?: number;
                                /** @description Reading the picture. */
                                encode_ms?: number;
                                /** @description Until the first token. */
                                first_token_ms?: number;
                                total_ms: number;
                            };
                        };
                    } | {
                        /** @enum {string} */
                        event: "error";
                        data: components["schemas"]["Error"];
                    } | {
                        /** @enum {string} */
                        event?: "message";
                        /** @enum {string} */
                        data: "[DONE]";
                    };
                };
            };
            /** @description Malformed, or a field that is unknown or unsupported. Nothing is ignored silently. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The model that is named is not served. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Accept leaves nothing that can be sent. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body, the picture file or the picture is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A media type or picture format that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model's limit. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The queue is full. */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The server's own fault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not ready, restarting or shutting down. */
            503: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Past the deadline. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    editImage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "image": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGO4sHQCAAROAgbfsdzeAAAAAElFTkSuQmCC",
                 *       "prompt": "a smiling woman",
                 *       "strength": 0.6,
                 *       "seed": 7
                 *     }
                 */
                "application/json": {
                    /** @description The picture as a data URL, `data:image/png;base64,…`: PNG, JPEG, WebP or GIF; upright, the middle square of it, is what is edited. */
                    image: string;
                    /** @description A PNG of the picture's size: fully transparent pixels are repainted, all others kept to the bit. Without a mask the picture's own fully transparent pixels are repainted, and where it has none the whole picture is made anew in its likeness. As a data URL. */
                    mask?: string;
                    /** @description What the face should look like. A prompt over the model's token limit is refused with both counts, never cut. */
                    prompt: string;
                    /**
                     * @description The pictures are opaque: `transparent` is refused.
                     * @enum {string}
                     */
                    background?: "transparent" | "opaque" | "auto";
                    /** @description Name of the model to ask, as in `/v1/models`; one that is not served is 404. Left out: the default model. */
                    model?: string;
                    /**
                     * @description Pictures to make. Picture i is the same whatever n is.
                     * @default 1
                     */
                    n?: number;
                    /** @description Quality of WebP and JPEG, 100 the best. Left out: 92. Refused with png, which is lossless. */
                    output_compression?: number;
                    /**
                     * @description File format of the pictures. Left out: png.
                     * @enum {string}
                     */
                    output_format?: "png" | "webp" | "jpeg";
                    /** @description Pictures of real unmasking steps to stream before each finished one, evenly spread over its steps; fewer where it takes fewer steps. Needs `stream`. */
                    partial_images?: number;
                    /**
                     * @description Unmasking steps: `medium` (also `auto` and `standard`) is the model's default, `low` half of it, `high` (also `hd`) twice, `xhigh` four times, `max` the most that the model takes, which also bounds the others. The answer says the steps.
                     * @enum {string}
                     */
                    quality?: "low" | "medium" | "high" | "xhigh" | "max" | "auto" | "standard" | "hd";
                    /**
                     * @description Pictures come in the answer: `url` is refused, for nothing is stored.
                     * @enum {string}
                     */
                    response_format?: "url" | "b64_json";
                    /** @description `auto` or the model's own size, or a whole multiple of both sides up to 4: then what the model made is scaled up, and `native_size` of the answer says from what. */
                    size?: string;
                    /**
                     * @description Answer as server-sent events.
                     * @default false
                     */
                    stream?: boolean;
                    /** @description Your name for your end user. A hash of it goes into the log line of the request, for the operator to find abuse. */
                    user?: string;
                    /** @description The same as `user`, and before it where both are given. */
                    safety_identifier?: string;
                    /** @description Refused with `option_unsupported`: this model plans nothing before it draws. Null is the same as left out. */
                    complexity?: unknown;
                    /** @description Refused with `option_unsupported`: it makes no animations. Null is the same as left out. */
                    frame_count?: unknown;
                    /** @description Refused with `option_unsupported`: it makes no animations. Null is the same as left out. */
                    frame_duration_ms?: unknown;
                    /** @description Refused with `option_unsupported`: it draws pixels only. Null is the same as left out. */
                    svg?: unknown;
                    /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                    seed?: number;
                    /** @description What to steer away from: it takes the place of the unconditional prompt. Needs a guidance_scale other than 1. */
                    negative_prompt?: string;
                    /** @description Unmasking steps; more are slower and finer. Left out: those of `quality`; beside a quality other than auto it is refused. */
                    num_inference_steps?: number;
                    /** @description s in uncond + s · (cond − uncond): 1 is off. Left out: the model's default. */
                    guidance_scale?: number;
                    /**
                     * @description The model reads each picture back, and says how far it agrees with the prompt.
                     * @default false
                     */
                    verify?: boolean;
                    /** @description Make so many pictures and give the one that agrees most with the prompt. Takes the place of n. */
                    best_of?: number;
                    /**
                     * @description Tell in `usage.experts` which experts the forward passes of this request chose, layer by layer.
                     * @default false
                     */
                    include_experts?: boolean;
                    /**
                     * @description Likeness to a picture without a mask: `low` is a strength of 0.8, `high` of 0.5. Refused beside `strength` and where a region is repainted, around which everything is kept anyway.
                     * @enum {string}
                     */
                    input_fidelity?: "high" | "low";
                    /** @description Refused with `option_unsupported`: it does not read marks on pictures; send a mask. Null is the same as left out. */
                    markup?: unknown;
                    /** @description Share of the picture's tokens that is made anew; the rest is kept. Left out: 1 inside of a mask, 0.8 of a whole picture. */
                    strength?: number;
                };
                "multipart/form-data": {
                    /** @description The picture as one file part, named `image` or `image[]`: PNG, JPEG, WebP or GIF; upright, the middle square of it, is what is edited. Of several pictures none is edited: they are refused. */
                    image: unknown[];
                    /** @description A PNG of the picture's size: fully transparent pixels are repainted, all others kept to the bit. Without a mask the picture's own fully transparent pixels are repainted, and where it has none the whole picture is made anew in its likeness. */
                    mask?: unknown;
                    /** @description What the face should look like. A prompt over the model's token limit is refused with both counts, never cut. */
                    prompt: string;
                    /**
                     * @description The pictures are opaque: `transparent` is refused.
                     * @enum {string}
                     */
                    background?: "transparent" | "opaque" | "auto";
                    /** @description Name of the model to ask, as in `/v1/models`; one that is not served is 404. Left out: the default model. */
                    model?: string;
                    /**
                     * @description Pictures to make. Picture i is the same whatever n is.
                     * @default 1
                     */
                    n?: number;
                    /** @description Quality of WebP and JPEG, 100 the best. Left out: 92. Refused with png, which is lossless. */
                    output_compression?: number;
                    /**
                     * @description File format of the pictures. Left out: png.
                     * @enum {string}
                     */
                    output_format?: "png" | "webp" | "jpeg";
                    /** @description Pictures of real unmasking steps to stream before each finished one, evenly spread over its steps; fewer where it takes fewer steps. Needs `stream`. */
                    partial_images?: number;
                    /**
                     * @description Unmasking steps: `medium` (also `auto` and `standard`) is the model's default, `low` half of it, `high` (also `hd`) twice, `xhigh` four times, `max` the most that the model takes, which also bounds the others. The answer says the steps.
                     * @enum {string}
                     */
                    quality?: "low" | "medium" | "high" | "xhigh" | "max" | "auto" | "standard" | "hd";
                    /**
                     * @description Pictures come in the answer: `url` is refused, for nothing is stored.
                     * @enum {string}
                     */
                    response_format?: "url" | "b64_json";
                    /** @description `auto` or the model's own size, or a whole multiple of both sides up to 4: then what the model made is scaled up, and `native_size` of the answer says from what. */
                    size?: string;
                    /**
                     * @description Answer as server-sent events.
                     * @default false
                     */
                    stream?: boolean;
                    /** @description Your name for your end user. A hash of it goes into the log line of the request, for the operator to find abuse. */
                    user?: string;
                    /** @description The same as `user`, and before it where both are given. */
                    safety_identifier?: string;
                    /** @description Refused with `option_unsupported`: this model plans nothing before it draws. Null is the same as left out. */
                    complexity?: unknown;
                    /** @description Refused with `option_unsupported`: it makes no animations. Null is the same as left out. */
                    frame_count?: unknown;
                    /** @description Refused with `option_unsupported`: it makes no animations. Null is the same as left out. */
                    frame_duration_ms?: unknown;
                    /** @description Refused with `option_unsupported`: it draws pixels only. Null is the same as left out. */
                    svg?: unknown;
                    /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                    seed?: number;
                    /** @description What to steer away from: it takes the place of the unconditional prompt. Needs a guidance_scale other than 1. */
                    negative_prompt?: string;
                    /** @description Unmasking steps; more are slower and finer. Left out: those of `quality`; beside a quality other than auto it is refused. */
                    num_inference_steps?: number;
                    /** @description s in uncond + s · (cond − uncond): 1 is off. Left out: the model's default. */
                    guidance_scale?: number;
                    /**
                     * @description The model reads each picture back, and says how far it agrees with the prompt.
                     * @default false
                     */
                    verify?: boolean;
                    /** @description Make so many pictures and give the one that agrees most with the prompt. Takes the place of n. */
                    best_of?: number;
                    /**
                     * @description Tell in `usage.experts` which experts the forward passes of this request chose, layer by layer.
                     * @default false
                     */
                    include_experts?: boolean;
                    /**
                     * @description Likeness to a picture without a mask: `low` is a strength of 0.8, `high` of 0.5. Refused beside `strength` and where a region is repainted, around which everything is kept anyway.
                     * @enum {string}
                     */
                    input_fidelity?: "high" | "low";
                    /** @description Refused with `option_unsupported`: it does not read marks on pictures; send a mask. Null is the same as left out. */
                    markup?: unknown;
                    /** @description Share of the picture's tokens that is made anew; the rest is kept. Left out: 1 inside of a mask, 0.8 of a whole picture. */
                    strength?: number;
                };
            };
        };
        responses: {
            /** @description JSON; with `stream`, events `image_edit.partial_image` {b64_json, partial_image_index, step, decided, …} as often as partial_images says and `image_edit.completed` {b64_json, usage, …} for each picture, then `[DONE]`. `decided` is the share of the tokens to make that is decided at that step, `index` the picture where n is above 1. A failure after the start is an `error` event with the error body. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Seconds since 1970. */
                        created: number;
                        data: {
                            /** @description The picture file, base64. */
                            b64_json: string;
                            /** @description Picture i of a seed is the same whatever n is. */
                            index: number;
                            /** @description With `verify` or `best_of`: nats a token by which the prompt is likelier as a caption of this picture than of a grey square, to the model that made it. Compare pictures of one prompt by it; it is no probability. */
                            agreement?: number;
                        }[];
                        /**
                         * @description Absent where num_inference_steps was given.
                         * @enum {string}
                         */
                        quality?: "low" | "medium" | "high" | "xhigh" | "max";
                        /**
                         * @description Always.
                         * @enum {string}
                         */
                        background: "opaque";
                        /**
                         * @description File format of the pictures. Left out: png.
                         * @enum {string}
                         */
                        output_format: "png" | "webp" | "jpeg";
                        /** @description Width × height of the files, for example `160x160`. */
                        size: string;
                        /** @description Width × height that the model made; smaller than `size` where that was scaled up. */
                        native_size: string;
                        id: string;
                        model: string;
                        /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                        seed: number;
                        num_inference_steps: number;
                        guidance_scale: number;
                        /** @description What was repainted; only in edits. */
                        edit?: {
                            /**
                             * @description What said where to repaint.
                             * @enum {string}
                             */
                            region: "mask" | "own-transparency" | "whole";
                            /** @description Share of the region's tokens made anew. */
                            strength: number;
                            /** @description Tokens of each picture made anew. */
                            remade_tokens: number;
                        };
                        /** @description What it takes to make the same pictures again; `unif2ace replay` does. */
                        receipt: {
                            /** @enum {string} */
                            format: "unif2ace-receipt/1";
                            model: {
                                name: string;
                                /** @description Everything of the model that decides about its tokens; `unif2ace verify` prints it. */
                                digest: string;
                            };
                            /** @description Of the weights: fp32 or int8. */
                            precision: string;
                            /** @description What ran the model: cpu or cuda. Another one rounds differently. */
                            execution_provider: string;
                            /**
                             * @description An edit cannot be replayed: the receipt does not hold the original.
                             * @enum {string}
                             */
                            made_from: "prompt" | "prompt_and_picture";
                            /** @description Only in the JSON answer to whoever sent it. */
                            prompt?: string;
                            /** @description Only in the JSON answer to whoever sent it. */
                            negative_prompt?: string;
                            /** @description Of the prompt in UTF-8. Not in files: a short prompt can be guessed from it. */
                            prompt_sha256?: string;
                            /** @description Of the negative prompt in UTF-8; absent where there was none. Not in files. */
                            negative_prompt_sha256?: string;
                            seed: number;
                            num_inference_steps: number;
                            guidance_scale: number;
                            /** @description The model's own settings, which a request cannot change. */
                            sampler: {
                                mask_schedule: string;
                                temperature: number;
                                confidence_temperature: number;
                            };
                            pictures: {
                                /** @description Row of the seed's random numbers. */
                                index: number;
                                /** @description Of the picture's code ids as little-endian 32-bit integers. */
                                code_ids_sha256: string;
                            }[];
                        };
                        usage: {
                            /** @description Tokens read: text, and the picture that was edited. */
                            input_tokens: number;
                            input_tokens_details: {
                                text_tokens: number;
                                /** @description Tokens of the picture that was edited. */
                                image_tokens: number;
                                /** @description Tokens read whose keys and values were cached already. */
                                cached_tokens: number;
                            };
                            /** @description Picture tokens made. */
                            output_tokens: number;
                            output_tokens_details: {
                                image_tokens: number;
                                text_tokens: number;
                            };
                            total_tokens: number;
                            /** @description Forward passes of the backbone that this request took part in. */
                            forward_passes: number;
                            /** @description Parameters that one token activated, over the forward passes of this request. */
                            activated_parameters: {
                                /** @description Smallest forward pass, parameters per token. */
                                min: number;
                                /** @description Largest forward pass, parameters per token. */
                                max: number;
                                /** @description Mean over the forward passes, parameters per token. */
                                mean: number;
                                /** @description Parameters of the whole model. */
                                total: number;
                                /**
                                 * @description Counted from the routing decisions of these very passes, never estimated.
                                 * @enum {string}
                                 */
                                source: "measured";
                            };
                            /** @description Distinct parameters that a whole forward pass used. */
                            touched_parameters: {
                                /** @description Smallest forward pass. */
                                min: number;
                                /** @description Largest forward pass. */
                                max: number;
                                /** @description Mean over the forward passes. */
                                mean: number;
                            };
                            experts?: components["schemas"]["Experts"];
                        };
                        verification_usage?: {
                            /** @description Tokens read: picture and text. */
                            prompt_tokens: number;
                            /** @description Tokens written. */
                            completion_tokens: number;
                            total_tokens: number;
                            prompt_tokens_details: {
                                /** @description Tokens read whose keys and values were cached already. */
                                cached_tokens: number;
                                image_tokens: number;
                                text_tokens: number;
                            };
                            /** @description Forward passes of the backbone that this request took part in. */
                            forward_passes: number;
                            /** @description Parameters that one token activated, over the forward passes of this request. */
                            activated_parameters: {
                                /** @description Smallest forward pass, parameters per token. */
                                min: number;
                                /** @description Largest forward pass, parameters per token. */
                                max: number;
                                /** @description Mean over the forward passes, parameters per token. */
                                mean: number;
                                /** @description Parameters of the whole model. */
                                total: number;
                                /**
                                 * @description Counted from the routing decisions of these very passes, never estimated.
                                 * @enum {string}
                                 */
                                source: "measured";
                            };
                            /** @description Distinct parameters that a whole forward pass used. */
                            touched_parameters: {
                                /** @description Smallest forward pass. */
                                min: number;
                                /** @description Largest forward pass. */
                                max: number;
                                /** @description Mean over the forward passes. */
                                mean: number;
                            };
                            experts?: components["schemas"]["Experts"];
                        };
                    };
                    "text/event-stream": {
                        /** @enum {string} */
                        event: "image_edit.partial_image";
                        data: {
                            /**
                             * @description Always.
                             * @enum {string}
                             */
                            type: "image_edit.partial_image";
                            /** @description The picture file, base64. */
                            b64_json: string;
                            /** @description Seconds since 1970. */
                            created_at: number;
                            /** @description Which picture, where n is above 1. */
                            index: number;
                            /**
                             * @description `auto` where num_inference_steps was given.
                             * @enum {string}
                             */
                            quality: "low" | "medium" | "high" | "xhigh" | "max" | "auto";
                            /**
                             * @description Always.
                             * @enum {string}
                             */
                            background: "opaque";
                            /**
                             * @description File format of the pictures. Left out: png.
                             * @enum {string}
                             */
                            output_format: "png" | "webp" | "jpeg";
                            /** @description Width × height of the files, for example `160x160`. */
                            size: string;
                            /** @description Width × height that the model made; smaller than `size` where that was scaled up. */
                            native_size: string;
                            id: string;
                            model: string;
                            /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                            seed: number;
                            num_inference_steps: number;
                            guidance_scale: number;
                            /** @description What was repainted; only in edits. */
                            edit?: {
                                /**
                                 * @description What said where to repaint.
                                 * @enum {string}
                                 */
                                region: "mask" | "own-transparency" | "whole";
                                /** @description Share of the region's tokens made anew. */
                                strength: number;
                                /** @description Tokens of each picture made anew. */
                                remade_tokens: number;
                            };
                            /** @description Counts the partial images of this picture. */
                            partial_image_index: number;
                            /** @description Steps that were done. */
                            step: number;
                            /** @description Share of the tokens to make that is decided. */
                            decided: number;
                        };
                    } | {
                        /** @enum {string} */
                        event: "image_edit.completed";
                        data: {
                            /**
                             * @description Always.
                             * @enum {string}
                             */
                            type: "image_edit.completed";
                            /** @description The picture file, base64. */
                            b64_json: string;
                            /** @description Seconds since 1970. */
                            created_at: number;
                            /** @description Which picture, where n is above 1. */
                            index: number;
                            /**
                             * @description `auto` where num_inference_steps was given.
                             * @enum {string}
                             */
                            quality: "low" | "medium" | "high" | "xhigh" | "max" | "auto";
                            /**
                             * @description Always.
                             * @enum {string}
                             */
                            background: "opaque";
                            /**
                             * @description File format of the pictures. Left out: png.
                             * @enum {string}
                             */
                            output_format: "png" | "webp" | "jpeg";
                            /** @description Width × height of the files, for example `160x160`. */
                            size: string;
                            /** @description Width × height that the model made; smaller than `size` where that was scaled up. */
                            native_size: string;
                            id: string;
                            model: string;
                            /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                            seed: number;
                            num_inference_steps: number;
                            guidance_scale: number;
                            /** @description What was repainted; only in edits. */
                            edit?: {
                                /**
                                 * @description What said where to repaint.
                                 * @enum {string}
                                 */
                                region: "mask" | "own-transparency" | "whole";
                                /** @description Share of the region's tokens made anew. */
                                strength: number;
                                /** @description Tokens of each picture made anew. */
                                remade_tokens: number;
                            };
                            /** @description With `verify` or `best_of`: nats a token by which the prompt is likelier as a caption of this picture than of a grey square, to the model that made it. Compare pictures of one prompt by it; it is no probability. */
                            agreement?: number;
                            /** @description What it takes to make the same pictures again; `unif2ace replay` does. */
                            receipt: {
                                /** @enum {string} */
                                format: "unif2ace-receipt/1";
                                model: {
                                    name: string;
                                    /** @description Everything of the model that decides about its tokens; `unif2ace verify` prints it. */
                                    digest: string;
                                };
                                /** @description Of the weights: fp32 or int8. */
                                precision: string;
                                /** @description What ran the model: cpu or cuda. Another one rounds differently. */
                                execution_provider: string;
                                /**
                                 * @description An edit cannot be replayed: the receipt does not hold the original.
                                 * @enum {string}
                                 */
                                made_from: "prompt" | "prompt_and_picture";
                                /** @description Only in the JSON answer to whoever sent it. */
                                prompt?: string;
                                /** @description Only in the JSON answer to whoever sent it. */
                                negative_prompt?: string;
                                /** @description Of the prompt in UTF-8. Not in files: a short prompt can be guessed from it. */
                                prompt_sha256?: string;
                                /** @description Of the negative prompt in UTF-8; absent where there was none. Not in files. */
                                negative_prompt_sha256?: string;
                                seed: number;
                                num_inference_steps: number;
                                guidance_scale: number;
                                /** @description The model's own settings, which a request cannot change. */
                                sampler: {
                                    mask_schedule: string;
                                    temperature: number;
                                    confidence_temperature: number;
                                };
                                pictures: {
                                    /** @description Row of the seed's random numbers. */
                                    index: number;
                                    /** @description Of the picture's code ids as little-endian 32-bit integers. */
                                    code_ids_sha256: string;
                                }[];
                            };
                            usage: {
                                /** @description Tokens read: text, and the picture that was edited. */
                                input_tokens: number;
                                input_tokens_details: {
                                    text_tokens: number;
                                    /** @description Tokens of the picture that was edited. */
                                    image_tokens: number;
                                    /** @description Tokens read whose keys and values were cached already. */
                                    cached_tokens: number;
                                };
                                /** @description Picture tokens made. */
                                output_tokens: number;
                                output_tokens_details: {
                                    image_tokens: number;
                                    text_tokens: number;
                                };
                                total_tokens: number;
                                /** @description Forward passes of the backbone that this request took part in. */
                                forward_passes: number;
                                /** @description Parameters that one token activated, over the forward passes of this request. */
                                activated_parameters: {
                                    /** @description Smallest forward pass, parameters per token. */
                                    min: number;
                                    /** @description Largest forward pass, parameters per token. */
                                    max: number;
                                    /** @description Mean over the forward passes, parameters per token. */
                                    mean: number;
                                    /** @description Parameters of the whole model. */
                                    total: number;
                                    /**
                                     * @description Counted from the routing decisions of these very passes, never estimated.
                                     * @enum {string}
                                     */
                                    source: "measured";
                                };
                                /** @description Distinct parameters that a whole forward pass used. */
                                touched_parameters: {
                                    /** @description Smallest forward pass. */
                                    min: number;
                                    /** @description Largest forward pass. */
                                    max: number;
                                    /** @description Mean over the forward passes. */
                                    mean: number;
                                };
                                experts?: components["schemas"]["Experts"];
                            };
                            verification_usage?: {
                                /** @description Tokens read: picture and text. */
                                prompt_tokens: number;
                                /** @description Tokens written. */
                                completion_tokens: number;
                                total_tokens: number;
                                prompt_tokens_details: {
                                    /** @description Tokens read whose keys and values were cached already. */
                                    cached_tokens: number;
                                    image_tokens: number;
                                    text_tokens: number;
                                };
                                /** @description Forward passes of the backbone that this request took part in. */
                                forward_passes: number;
                                /** @description Parameters that one token activated, over the forward passes of this request. */
                                activated_parameters: {
                                    /** @description Smallest forward pass, parameters per token. */
                                    min: number;
                                    /** @description Largest forward pass, parameters per token. */
                                    max: number;
                                    /** @description Mean over the forward passes, parameters per token. */
                                    mean: number;
                                    /** @description Parameters of the whole model. */
                                    total: number;
                                    /**
                                     * @description Counted from the routing decisions of these very passes, never estimated.
                                     * @enum {string}
                                     */
                                    source: "measured";
                                };
                                /** @description Distinct parameters that a whole forward pass used. */
                                touched_parameters: {
                                    /** @description Smallest forward pass. */
                                    min: number;
                                    /** @description Largest forward pass. */
                                    max: number;
                                    /** @description Mean over the forward passes. */
                                    mean: number;
                                };
                                experts?: components["schemas"]["Experts"];
                            };
                            /** @description Milliseconds; what `Server-Timing` says elsewhere. */
                            timings: {
                                /** @description Until it was begun. */
                                queue_ms?: number;
                                /** @description Reading the picture. */
                                encode_ms?: number;
                                /** @description Until the first token. */
                                first_token_ms?: number;
                                total_ms: number;
                            };
                        };
                    } | {
                        /** @enum {string} */
                        event: "error";
                        data: components["schemas"]["Error"];
                    } | {
                        /** @enum {string} */
                        event?: "message";
                        /** @enum {string} */
                        data: "[DONE]";
                    };
                };
            };
            /** @description Malformed, or a field that is unknown or unsupported. Nothing is ignored silently. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The model that is named is not served. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Accept leaves nothing that can be sent. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body, the picture file or the picture is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A media type or picture format that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model's limit. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The queue is full. */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The server's own fault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not ready, restarting or shutting down. */
            503: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Past the deadline. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    verifyProvenance: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "image": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGO4sHQCAAROAgbfsdzeAAAAAElFTkSuQmCC"
                 *     }
                 */
                "application/json": {
                    /** @description The picture as a data URL, `data:image/png;base64,…`: PNG, JPEG, WebP or GIF. EXIF orientation is applied, transparency laid on white, of an animation the first frame taken, the middle square used. */
                    image: string;
                };
                "multipart/form-data": {
                    /** @description The picture as a file part (PNG, JPEG, WebP, GIF), or as a text part that holds a data URL. */
                    image: unknown;
                };
            };
        };
        responses: {
            /** @description What was found. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description By its first bytes.
                         * @enum {string}
                         */
                        format: "png" | "jpeg" | "webp" | "gif";
                        /**
                         * @description `claims_this_model`: its mark names the model that is served here. `claims_another_model`: a mark of this software, another model. `marked_as_generated`: IPTC's DigitalSourceType says that a model made or changed it. `marked_otherwise`: it names another source. `not_marked`: it says nothing, which is no sign of a photograph.
                         * @enum {string}
                         */
                        verdict: "claims_this_model" | "claims_another_model" | "marked_as_generated" | "marked_otherwise" | "not_marked";
                        /** @description The verdict in a sentence or two, with what it does not prove. */
                        explanation: string;
                        /** @description IPTC's DigitalSourceType, as it stands in the file. */
                        digital_source_type: string | null;
                        /** @description What the mark of this software says; null without one. */
                        generator: {
                            /** @description Name of the model. */
                            model: string | null;
                            /** @description Digest of the model. */
                            model_digest: string | null;
                            /** @description Seed. */
                            seed: number | null;
                            /** @description Whether the digest is that of the model served here. */
                            served_here: boolean;
                        } | null;
                        /** @description The receipt in the file. With the prompt, `unif2ace replay` makes the picture again, which proves more than the mark. */
                        receipt: {
                            /** @enum {string} */
                            format: "unif2ace-receipt/1";
                            model: {
                                name: string;
                                /** @description Everything of the model that decides about its tokens; `unif2ace verify` prints it. */
                                digest: string;
                            };
                            /** @description Of the weights: fp32 or int8. */
                            precision: string;
                            /** @description What ran the model: cpu or cuda. Another one rounds differently. */
                            execution_provider: string;
                            /**
                             * @description An edit cannot be replayed: the receipt does not hold the original.
                             * @enum {string}
                             */
                            made_from: "prompt" | "prompt_and_picture";
                            /** @description Only in the JSON answer to whoever sent it. */
                            prompt?: string;
                            /** @description Only in the JSON answer to whoever sent it. */
                            negative_prompt?: string;
                            /** @description Of the prompt in UTF-8. Not in files: a short prompt can be guessed from it. */
                            prompt_sha256?: string;
                            /** @description Of the negative prompt in UTF-8; absent where there was none. Not in files. */
                            negative_prompt_sha256?: string;
                            seed: number;
                            num_inference_steps: number;
                            guidance_scale: number;
                            /** @description The model's own settings, which a request cannot change. */
                            sampler: {
                                mask_schedule: string;
                                temperature: number;
                                confidence_temperature: number;
                            };
                            pictures: {
                                /** @description Row of the seed's random numbers. */
                                index: number;
                                /** @description Of the picture's code ids as little-endian 32-bit integers. */
                                code_ids_sha256: string;
                            }[];
                        } | null;
                        /** @description The C2PA manifest in the file. */
                        c2pa: {
                            /**
                             * @description `absent`: no manifest. `trusted`: signed with this server's own certificate, and nothing was changed since. `valid`: nothing was changed since somebody signed it; whether the signer is who they say is not checked here. `invalid`: changed since, or not rightly signed. `present_not_checked`: there is one, and this server has no library to check it.
                             * @enum {string}
                             */
                            state: "absent" | "present_not_checked" | "trusted" | "valid" | "invalid";
                            /** @description Who signed, by the certificate in the manifest; null where it was not read. */
                            signed_by: {
                                /** @description Common name in the signer's certificate. Anybody can make a certificate with any name. */
                                name: string | null;
                                /** @description Organisation in it. */
                                organization: string | null;
                                /** @description Serial number of the certificate. */
                                serial_number: string | null;
                            } | null;
                            /** @description What the manifest says of the source of the picture. */
                            digital_source_types: string[];
                            /** @description Why it is invalid. */
                            problems: {
                                /** @description C2PA's code, like `assertion.dataHash.mismatch`. */
                                code: string;
                                explanation: string;
                            }[];
                        };
                    };
                };
            };
            /** @description Malformed, or a field that is unknown or unsupported. Nothing is ignored silently. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body, the picture file or the picture is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A media type or picture format that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model's limit. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createChatCompletion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The conversation: user and assistant in turns, about one picture. */
                    messages: {
                        /**
                         * @description user and assistant take turns, beginning and ending with user. `system` and `developer` are refused: the model was trained on questions and answers alone, and an instruction would only be part of a question.
                         * @enum {string}
                         */
                        role: "user" | "assistant";
                        /** @description Text, or parts: texts are joined by line breaks. The first user message has the picture of the conversation, the only one; without any text it asks for a description. */
                        content: string | {
                            /**
                             * @description Other kinds of parts are refused by name.
                             * @enum {string}
                             */
                            type: "text" | "image_url";
                            /** @description Of a text part. */
                            text?: string;
                            /** @description Of an image_url part. */
                            image_url?: {
                                /** @description A data URL, or http(s) to a host that the server's operator allows. */
                                url: string;
                                /**
                                 * @description The model always looks at one small square: `high` and `original` are refused.
                                 * @enum {string}
                                 */
                                detail?: "auto" | "low" | "high" | "original";
                            };
                        }[];
                    }[];
                    /** @description Name of the model to ask, as in `/v1/models`; one that is not served is 404. Left out: the default model. */
                    model?: string;
                    /**
                     * @description Answers to write. Answer i is the same whatever n is.
                     * @default 1
                     */
                    n?: number;
                    /** @description Most tokens to write. Left out: the model's default. */
                    max_tokens?: number;
                    /** @description OpenAI's later name of max_tokens. Both with different values are refused. */
                    max_completion_tokens?: number;
                    /** @description Up to four strings. The answer ends before the first of them, wherever tokens begin and end. */
                    stop?: string | string[];
                    /**
                     * @description 0 takes the likeliest token each time. Unlike OpenAI's, the default is 0: that is what this model answers best with.
                     * @default 0
                     */
                    temperature?: number;
                    /**
                     * @description Draw among the likeliest tokens that together have this probability.
                     * @default 1
                     */
                    top_p?: number;
                    /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                    seed?: number;
                    /**
                     * @description Taken off a token's logit for each time that the answer has it already.
                     * @default 0
                     */
                    frequency_penalty?: number;
                    /**
                     * @description Taken off a token's logit where the answer has it already.
                     * @default 0
                     */
                    presence_penalty?: number;
                    /** @description Added to logits, by token id of this model's tokenizer. */
                    logit_bias?: {
                        [key: string]: number;
                    };
                    /**
                     * @description Tell the log-probability of each token of the answer, at temperature 1, after bias and penalties and among the tokens that were allowed.
                     * @default false
                     */
                    logprobs?: boolean;
                    /** @description Tell so many of the likeliest tokens too. Needs logprobs. */
                    top_logprobs?: number;
                    /**
                     * @description Answer as server-sent events.
                     * @default false
                     */
                    stream?: boolean;
                    /** @description Needs stream. */
                    stream_options?: {
                        /**
                         * @description One more chunk before [DONE], with the usage and no choices.
                         * @default false
                         */
                        include_usage?: boolean;
                        /** @description Chunks are never padded: `true` is refused. */
                        include_obfuscation?: boolean;
                    };
                    /**
                     * @description Tell in `usage.experts` which experts the forward passes of this request chose, layer by layer. In a stream it needs `stream_options.include_usage`.
                     * @default false
                     */
                    include_experts?: boolean;
                    /** @description What the answer may be. It is kept to token by token; only max_tokens cuts it short, with finish_reason `length`. */
                    response_format?: {
                        /**
                         * @description `json_object`: any JSON object.
                         * @enum {string}
                         */
                        type: "text" | "json_object" | "json_schema";
                        json_schema?: {
                            name: string;
                            /** @description For people: the model does not read it. */
                            description?: string;
                            /** @description A JSON schema; the keywords that are followed are in docs/structured-output.md, others are refused. */
                            schema: unknown;
                            /** @description The answer always keeps to the schema: `false` is the same. */
                            strict?: boolean;
                        };
                    };
                    /** @description vLLM's way to say what the answer may be: one of the three, and no response_format beside it. */
                    structured_outputs?: {
                        /** @description The answer is one of these. */
                        choice?: string[];
                        /** @description The answer as a whole matches this expression of ECMAScript. */
                        regex?: string;
                        /** @description A JSON schema, as an object or as text. */
                        json?: unknown;
                    };
                    /** @description Splits the cache of pictures: a picture is only found there by requests with the same key. */
                    prompt_cache_key?: string;
                    /** @description Your name for your end user. A hash of it goes into the log line of the request, for the operator to find abuse. */
                    user?: string;
                    /** @description The same as `user`, and before it where both are given. */
                    safety_identifier?: string;
                    /** @description Nothing is stored: `true` is refused. */
                    store?: boolean;
                    /**
                     * @description There is one: `auto` and `default` name it, the others are refused.
                     * @enum {string}
                     */
                    service_tier?: "auto" | "default" | "flex" | "scale" | "priority";
                    /** @description `text`, which is what answers are. */
                    modalities?: ("text" | "audio")[];
                    /** @description `none`; anything else is refused. */
                    tool_choice?: unknown;
                    /** @description Refused with `option_unsupported`: the model calls no tools. Null is the same as left out. */
                    tools?: unknown;
                    /** @description Refused with `option_unsupported`: the model calls no tools. Null is the same as left out. */
                    parallel_tool_calls?: unknown;
                    /** @description Refused with `option_unsupported`: the model calls no functions. Null is the same as left out. */
                    functions?: unknown;
                    /** @description `none`; anything else is refused. */
                    function_call?: unknown;
                    /** @description Refused with `option_unsupported`: the model has no voice. Null is the same as left out. */
                    audio?: unknown;
                    /** @description Refused with `option_unsupported`: nothing is written faster by a guess. Null is the same as left out. */
                    prediction?: unknown;
                    /** @description `none`; anything else is refused: the model does not reason before it answers. */
                    reasoning_effort?: unknown;
                    /** @description Refused with `option_unsupported`: the model has one way to answer; say in the question how long it should be. Null is the same as left out. */
                    verbosity?: unknown;
                    /** @description Refused with `option_unsupported`: nothing is stored that it could be attached to. Null is the same as left out. */
                    metadata?: unknown;
                    /** @description Refused with `option_unsupported`: the model searches nothing. Null is the same as left out. */
                    web_search_options?: unknown;
                    /** @description Refused with `option_unsupported`: pictures are cached by themselves; `prompt_cache_key` splits that cache. Null is the same as left out. */
                    prompt_cache_options?: unknown;
                    /** @description Refused with `option_unsupported`: pictures stay in the cache as long as there is room. Null is the same as left out. */
                    prompt_cache_retention?: unknown;
                    /** @description Refused with `option_unsupported`: the policy of this server's operator stands. Null is the same as left out. */
                    moderation?: unknown;
                };
            };
        };
        responses: {
            /** @description JSON; with `stream`, chunks of the type `chat.completion.chunk`, then `[DONE]`. A failure after the start is an `error` event with the error body. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description `chatcmpl-` and the request id. */
                        id: string;
                        /** @description Seconds since 1970. */
                        created: number;
                        model: string;
                        /** @description Digest of the model: the same one answers the same seed with the same tokens. */
                        system_fingerprint: string;
                        /**
                         * @description There is one.
                         * @enum {string}
                         */
                        service_tier: "default";
                        /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                        seed: number;
                        face?: {
                            /** @description Whether the picture shows a face. Without one the answer still comes, about whatever is there. */
                            found: boolean;
                            /** @description Probability that there is a face. Of several faces the crop in the middle is described. */
                            score: number;
                            /** @description Faces found, where the model has a face detector. Of several the largest near the middle is embedded. */
                            count?: number;
                        };
                        disclosures?: {
                            /** @description Name of the policy's rule. */
                            category: string;
                            /** @description What has to be said. */
                            message: string;
                        }[];
                        /**
                         * @description Always.
                         * @enum {string}
                         */
                        object: "chat.completion";
                        choices: {
                            index: number;
                            message: {
                                /**
                                 * @description Always.
                                 * @enum {string}
                                 */
                                role: "assistant";
                                /** @description Null where the policy refused. */
                                content: string | null;
                                /** @description Why the policy of this server refused the question or the answer. */
                                refusal: string | null;
                            };
                            /**
                             * @description `stop`: the model ended its answer, a stop string came, or the answer is complete as it was asked for. `length`: max_tokens was reached. `content_filter`: the policy refused.
                             * @enum {string}
                             */
                            finish_reason: "stop" | "length" | "content_filter";
                            logprobs: {
                                /** @description The tokens of the answer. One that reaches into a stop string is told whole. */
                                content: {
                                    /** @description Its text; U+FFFD where it is a part of a character. Without the space that the model begins every answer with, as in the answer. */
                                    token: string;
                                    /** @description Its bytes: those of all tokens together are the answer. Null where it has none. */
                                    bytes: number[] | null;
                                    logprob: number;
                                    top_logprobs: {
                                        /** @description Its text; U+FFFD where it is a part of a character. Without the space that the model begins every answer with, as in the answer. */
                                        token: string;
                                        /** @description Its bytes: those of all tokens together are the answer. Null where it has none. */
                                        bytes: number[] | null;
                                        logprob: number;
                                    }[];
                                }[];
                                refusal: null;
                            } | null;
                            /** @description There when the policy refused: nothing was answered, and where the question was refused nobody looked at the picture. */
                            content_filter?: {
                                /** @description Name of the policy's rule. */
                                category: string;
                                /** @description Why, and what can be asked instead. */
                                message: string;
                            };
                        }[];
                        usage: {
                            /** @description Tokens read: picture and text. */
                            prompt_tokens: number;
                            /** @description Tokens written. */
                            completion_tokens: number;
                            total_tokens: number;
                            prompt_tokens_details: {
                                /** @description Tokens read whose keys and values were cached already. */
                                cached_tokens: number;
                                image_tokens: number;
                                text_tokens: number;
                            };
                            /** @description Forward passes of the backbone that this request took part in. */
                            forward_passes: number;
                            /** @description Parameters that one token activated, over the forward passes of this request. */
                            activated_parameters: {
                                /** @description Smallest forward pass, parameters per token. */
                                min: number;
                                /** @description Largest forward pass, parameters per token. */
                                max: number;
                                /** @description Mean over the forward passes, parameters per token. */
                                mean: number;
                                /** @description Parameters of the whole model. */
                                total: number;
                                /**
                                 * @description Counted from the routing decisions of these very passes, never estimated.
                                 * @enum {string}
                                 */
                                source: "measured";
                            };
                            /** @description Distinct parameters that a whole forward pass used. */
                            touched_parameters: {
                                /** @description Smallest forward pass. */
                                min: number;
                                /** @description Largest forward pass. */
                                max: number;
                                /** @description Mean over the forward passes. */
                                mean: number;
                            };
                            experts?: components["schemas"]["Experts"];
                        };
                    };
                    "text/event-stream": {
                        /** @enum {string} */
                        event?: "message";
                        data: {
                            /** @description `chatcmpl-` and the request id. */
                            id: string;
                            /** @description Seconds since 1970. */
                            created: number;
                            model: string;
                            /** @description Digest of the model: the same one answers the same seed with the same tokens. */
                            system_fingerprint: string;
                            /**
                             * @description There is one.
                             * @enum {string}
                             */
                            service_tier: "default";
                            /** @description Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported. */
                            seed: number;
                            face?: {
                                /** @description Whether the picture shows a face. Without one the answer still comes, about whatever is there. */
                                found: boolean;
                                /** @description Probability that there is a face. Of several faces the crop in the middle is described. */
                                score: number;
                                /** @description Faces found, where the model has a face detector. Of several the largest near the middle is embedded. */
                                count?: number;
                            };
                            disclosures?: {
                                /** @description Name of the policy's rule. */
                                category: string;
                                /** @description What has to be said. */
                                message: string;
                            }[];
                            /**
                             * @description Always.
                             * @enum {string}
                             */
                            object: "chat.completion.chunk";
                            /** @description One; none in the chunk with the usage. */
                            choices: {
                                index: number;
                                logprobs: {
                                    /** @description The tokens of the answer. One that reaches into a stop string is told whole. */
                                    content: {
                                        /** @description Its text; U+FFFD where it is a part of a character. Without the space that the model begins every answer with, as in the answer. */
                                        token: string;
                                        /** @description Its bytes: those of all tokens together are the answer. Null where it has none. */
                                        bytes: number[] | null;
                                        logprob: number;
                                        top_logprobs: {
                                            /** @description Its text; U+FFFD where it is a part of a character. Without the space that the model begins every answer with, as in the answer. */
                                            token: string;
                                            /** @description Its bytes: those of all tokens together are the answer. Null where it has none. */
                                            bytes: number[] | null;
                                            logprob: number;
                                        }[];
                                    }[];
                                    refusal: null;
                                } | null;
                                /** @description There when the policy refused: nothing was answered, and where the question was refused nobody looked at the picture. */
                                content_filter?: {
                                    /** @description Name of the policy's rule. */
                                    category: string;
                                    /** @description Why, and what can be asked instead. */
                                    message: string;
                                };
                                delta: {
                                    /**
                                     * @description In the first chunk of an answer.
                                     * @enum {string}
                                     */
                                    role?: "assistant";
                                    /** @description The next words. */
                                    content?: string;
                                    /** @description Why the policy of this server refused the question or the answer. */
                                    refusal?: string | null;
                                };
                                /** @description Null until the answer has ended. */
                                finish_reason: ("stop" | "length" | "content_filter") | null;
                            }[];
                            /** @description With `include_usage`: null until the last chunk. */
                            usage?: {
                                /** @description Tokens read: picture and text. */
                                prompt_tokens: number;
                                /** @description Tokens written. */
                                completion_tokens: number;
                                total_tokens: number;
                                prompt_tokens_details: {
                                    /** @description Tokens read whose keys and values were cached already. */
                                    cached_tokens: number;
                                    image_tokens: number;
                                    text_tokens: number;
                                };
                                /** @description Forward passes of the backbone that this request took part in. */
                                forward_passes: number;
                                /** @description Parameters that one token activated, over the forward passes of this request. */
                                activated_parameters: {
                                    /** @description Smallest forward pass, parameters per token. */
                                    min: number;
                                    /** @description Largest forward pass, parameters per token. */
                                    max: number;
                                    /** @description Mean over the forward passes, parameters per token. */
                                    mean: number;
                                    /** @description Parameters of the whole model. */
                                    total: number;
                                    /**
                                     * @description Counted from the routing decisions of these very passes, never estimated.
                                     * @enum {string}
                                     */
                                    source: "measured";
                                };
                                /** @description Distinct parameters that a whole forward pass used. */
                                touched_parameters: {
                                    /** @description Smallest forward pass. */
                                    min: number;
                                    /** @description Largest forward pass. */
                                    max: number;
                                    /** @description Mean over the forward passes. */
                                    mean: number;
                                };
                                experts?: components["schemas"]["Experts"];
                            } | null;
                        };
                    } | {
                        /** @enum {string} */
                        event: "error";
                        data: components["schemas"]["Error"];
                    } | {
                        /** @enum {string} */
                        event?: "message";
                        /** @enum {string} */
                        data: "[DONE]";
                    };
                };
            };
            /** @description Malformed, or a field that is unknown or unsupported. Nothing is ignored silently. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The model that is named is not served. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Accept leaves nothing that can be sent. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body, the picture file or the picture is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A media type or picture format that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model's limit. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The queue is full. */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The server's own fault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not ready, restarting or shutting down. */
            503: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Past the deadline. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    inferenceServer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This server, in the protocol's words. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        version: string;
                        extensions: string[];
                    };
                };
            };
        };
    };
    inferenceLive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the server answers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        live: boolean;
                    };
                };
            };
        };
    };
    inferenceReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the server can be asked. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ready: boolean;
                    };
                };
            };
            /** @description Whether the server can be asked. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ready: boolean;
                    };
                };
            };
        };
    };
    inferenceModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `generate`, `understand`, `encode_picture`, `decode_picture` */
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a model takes and gives. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /** @description The models that are served, by their names in /v1/models; the first is asked where no version is named. */
                        versions: string[];
                        platform: string;
                        inputs: {
                            name: string;
                            /**
                             * @description Type of the elements.
                             * @enum {string}
                             */
                            datatype: "BYTES" | "UINT8" | "INT64" | "FP32";
                            /** @description -1 is any number. */
                            shape: number[];
                        }[];
                        outputs: {
                            name: string;
                            /**
                             * @description Type of the elements.
                             * @enum {string}
                             */
                            datatype: "BYTES" | "UINT8" | "INT64" | "FP32";
                            /** @description -1 is any number. */
                            shape: number[];
                        }[];
                    };
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description No such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
        };
    };
    inferenceModelReady: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `generate`, `understand`, `encode_picture`, `decode_picture` */
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the model can be asked. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        ready: boolean;
                    };
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description No such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Whether the model can be asked. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        ready: boolean;
                    };
                };
            };
        };
    };
    inferenceModelVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `generate`, `understand`, `encode_picture`, `decode_picture` */
                model: string;
                /** @description Name of a model that is served, as in /v1/models; without a version the default model is meant. */
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a model takes and gives. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /** @description The models that are served, by their names in /v1/models; the first is asked where no version is named. */
                        versions: string[];
                        platform: string;
                        inputs: {
                            name: string;
                            /**
                             * @description Type of the elements.
                             * @enum {string}
                             */
                            datatype: "BYTES" | "UINT8" | "INT64" | "FP32";
                            /** @description -1 is any number. */
                            shape: number[];
                        }[];
                        outputs: {
                            name: string;
                            /**
                             * @description Type of the elements.
                             * @enum {string}
                             */
                            datatype: "BYTES" | "UINT8" | "INT64" | "FP32";
                            /** @description -1 is any number. */
                            shape: number[];
                        }[];
                    };
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description No such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
        };
    };
    inferenceModelReadyVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `generate`, `understand`, `encode_picture`, `decode_picture` */
                model: string;
                /** @description Name of a model that is served, as in /v1/models; without a version the default model is meant. */
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the model can be asked. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        ready: boolean;
                    };
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description No such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Whether the model can be asked. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        ready: boolean;
                    };
                };
            };
        };
    };
    inferGenerate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "inputs": [
                 *         {
                 *           "name": "prompt",
                 *           "shape": [
                 *             1
                 *           ],
                 *           "datatype": "BYTES",
                 *           "data": [
                 *             "a smiling woman with long blond hair"
                 *           ]
                 *         },
                 *         {
                 *           "name": "seed",
                 *           "shape": [
                 *             1
                 *           ],
                 *           "datatype": "INT64",
                 *           "data": [
                 *             7
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description Comes back with the answer. */
                    id?: string;
                    /** @description About the whole request. */
                    parameters?: {
                        /**
                         * @description Outputs follow the JSON as bytes, unless they say otherwise.
                         * @default false
                         */
                        binary_data_output?: boolean;
                        /**
                         * @description Tell in `usage.experts` which experts the forward passes of this request chose, layer by layer. `usage` is a parameter of the answer.
                         * @default false
                         */
                        include_experts?: boolean;
                    };
                    /** @description Tensors by the names of the model's metadata; those that are left out have the model's defaults. */
                    inputs: {
                        name: string;
                        shape: number[];
                        datatype: string;
                        parameters?: {
                            /** @description So many bytes behind the JSON are its elements. */
                            binary_data_size?: number;
                        };
                        /** @description Elements, flat or nested as the shape says. */
                        data?: unknown;
                    }[];
                    /** @description Which outputs; left out: all. */
                    outputs?: {
                        name: string;
                        parameters?: {
                            /** @description Follows the JSON as bytes. */
                            binary_data?: boolean;
                        };
                    }[];
                };
            };
        };
        responses: {
            /** @description The outputs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        model_name: string;
                        model_version: string;
                        id?: string;
                        /** @description `usage`, and `receipt`, `refusal` and `disclosures` where there are some: the objects of the routes under /v1/faces as JSON. */
                        parameters: {
                            [key: string]: string | number | boolean;
                        };
                        outputs: {
                            name: string;
                            shape: number[];
                            /**
                             * @description Type of the elements.
                             * @enum {string}
                             */
                            datatype: "BYTES" | "UINT8" | "INT64" | "FP32";
                            parameters?: {
                                binary_data_size: number;
                            };
                            data?: (string | number)[];
                        }[];
                    };
                    "application/octet-stream": string;
                };
            };
            /** @description Malformed, or a field that is unknown or unsupported. Nothing is ignored silently. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description No such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Accept leaves nothing that can be sent. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The body, the picture file or the picture is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description A media type or picture format that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model's limit. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The queue is full. */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The server's own fault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Not ready, restarting or shutting down. */
            503: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Past the deadline. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
        };
    };
    inferGenerateVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of a model that is served, as in /v1/models; without a version the default model is meant. */
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "inputs": [
                 *         {
                 *           "name": "prompt",
                 *           "shape": [
                 *             1
                 *           ],
                 *           "datatype": "BYTES",
                 *           "data": [
                 *             "a smiling woman with long blond hair"
                 *           ]
                 *         },
                 *         {
                 *           "name": "seed",
                 *           "shape": [
                 *             1
                 *           ],
                 *           "datatype": "INT64",
                 *           "data": [
                 *             7
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description Comes back with the answer. */
                    id?: string;
                    /** @description About the whole request. */
                    parameters?: {
                        /**
                         * @description Outputs follow the JSON as bytes, unless they say otherwise.
                         * @default false
                         */
                        binary_data_output?: boolean;
                        /**
                         * @description Tell in `usage.experts` which experts the forward passes of this request chose, layer by layer. `usage` is a parameter of the answer.
                         * @default false
                         */
                        include_experts?: boolean;
                    };
                    /** @description Tensors by the names of the model's metadata; those that are left out have the model's defaults. */
                    inputs: {
                        name: string;
                        shape: number[];
                        datatype: string;
                        parameters?: {
                            /** @description So many bytes behind the JSON are its elements. */
                            binary_data_size?: number;
                        };
                        /** @description Elements, flat or nested as the shape says. */
                        data?: unknown;
                    }[];
                    /** @description Which outputs; left out: all. */
                    outputs?: {
                        name: string;
                        parameters?: {
                            /** @description Follows the JSON as bytes. */
                            binary_data?: boolean;
                        };
                    }[];
                };
            };
        };
        responses: {
            /** @description The outputs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        model_name: string;
                        model_version: string;
                        id?: string;
                        /** @description `usage`, and `receipt`, `refusal` and `disclosures` where there are some: the objects of the routes under /v1/faces as JSON. */
                        parameters: {
                            [key: string]: string | number | boolean;
                        };
                        outputs: {
                            name: string;
                            shape: number[];
                            /**
                             * @description Type of the elements.
                             * @enum {string}
                             */
                            datatype: "BYTES" | "UINT8" | "INT64" | "FP32";
                            parameters?: {
                                binary_data_size: number;
                            };
                            data?: (string | number)[];
                        }[];
                    };
                    "application/octet-stream": string;
                };
            };
            /** @description Malformed, or a field that is unknown or unsupported. Nothing is ignored silently. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description No such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Accept leaves nothing that can be sent. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The body, the picture file or the picture is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description A media type or picture format that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model's limit. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The queue is full. */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The server's own fault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Not ready, restarting or shutting down. */
            503: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Past the deadline. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
        };
    };
    inferUnderstand: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "1",
                 *       "inputs": [
                 *         {
                 *           "name": "image",
                 *           "shape": [
                 *             1
                 *           ],
                 *           "datatype": "BYTES",
                 *           "data": [
                 *             "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGO4sHQCAAROAgbfsdzeAAAAAElFTkSuQmCC"
                 *           ]
                 *         },
                 *         {
                 *           "name": "question",
                 *           "shape": [
                 *             1
                 *           ],
                 *           "datatype": "BYTES",
                 *           "data": [
                 *             "What colour is the hair?"
                 *           ]
                 *         }
                 *       ],
                 *       "outputs": [
                 *         {
                 *           "name": "text"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description Comes back with the answer. */
                    id?: string;
                    /** @description About the whole request. */
                    parameters?: {
                        /**
                         * @description Outputs follow the JSON as bytes, unless they say otherwise.
                         * @default false
                         */
                        binary_data_output?: boolean;
                        /**
                         * @description Tell in `usage.experts` which experts the forward passes of this request chose, layer by layer. `usage` is a parameter of the answer.
                         * @default false
                         */
                        include_experts?: boolean;
                    };
                    /** @description Tensors by the names of the model's metadata; those that are left out have the model's defaults. */
                    inputs: {
                        name: string;
                        shape: number[];
                        datatype: string;
                        parameters?: {
                            /** @description So many bytes behind the JSON are its elements. */
                            binary_data_size?: number;
                        };
                        /** @description Elements, flat or nested as the shape says. */
                        data?: unknown;
                    }[];
                    /** @description Which outputs; left out: all. */
                    outputs?: {
                        name: string;
                        parameters?: {
                            /** @description Follows the JSON as bytes. */
                            binary_data?: boolean;
                        };
                    }[];
                };
            };
        };
        responses: {
            /** @description The outputs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        model_name: string;
                        model_version: string;
                        id?: string;
                        /** @description `usage`, and `receipt`, `refusal` and `disclosures` where there are some: the objects of the routes under /v1/faces as JSON. */
                        parameters: {
                            [key: string]: string | number | boolean;
                        };
                        outputs: {
                            name: string;
                            shape: number[];
                            /**
                             * @description Type of the elements.
                             * @enum {string}
                             */
                            datatype: "BYTES" | "UINT8" | "INT64" | "FP32";
                            parameters?: {
                                binary_data_size: number;
                            };
                            data?: (string | number)[];
                        }[];
                    };
                    "application/octet-stream": string;
                };
            };
            /** @description Malformed, or a field that is unknown or unsupported. Nothing is ignored silently. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description No such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Accept leaves nothing that can be sent. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The body, the picture file or the picture is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description A media type or picture format that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model's limit. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The queue is full. */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The server's own fault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Not ready, restarting or shutting down. */
            503: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Past the deadline. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
        };
    };
    inferUnderstandVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of a model that is served, as in /v1/models; without a version the default model is meant. */
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "1",
                 *       "inputs": [
                 *         {
                 *           "name": "image",
                 *           "shape": [
                 *             1
                 *           ],
                 *           "datatype": "BYTES",
                 *           "data": [
                 *             "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGO4sHQCAAROAgbfsdzeAAAAAElFTkSuQmCC"
                 *           ]
                 *         },
                 *         {
                 *           "name": "question",
                 *           "shape": [
                 *             1
                 *           ],
                 *           "datatype": "BYTES",
                 *           "data": [
                 *             "What colour is the hair?"
                 *           ]
                 *         }
                 *       ],
                 *       "outputs": [
                 *         {
                 *           "name": "text"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description Comes back with the answer. */
                    id?: string;
                    /** @description About the whole request. */
                    parameters?: {
                        /**
                         * @description Outputs follow the JSON as bytes, unless they say otherwise.
                         * @default false
                         */
                        binary_data_output?: boolean;
                        /**
                         * @description Tell in `usage.experts` which experts the forward passes of this request chose, layer by layer. `usage` is a parameter of the answer.
                         * @default false
                         */
                        include_experts?: boolean;
                    };
                    /** @description Tensors by the names of the model's metadata; those that are left out have the model's defaults. */
                    inputs: {
                        name: string;
                        shape: number[];
                        datatype: string;
                        parameters?: {
                            /** @description So many bytes behind the JSON are its elements. */
                            binary_data_size?: number;
                        };
                        /** @description Elements, flat or nested as the shape says. */
                        data?: unknown;
                    }[];
                    /** @description Which outputs; left out: all. */
                    outputs?: {
                        name: string;
                        parameters?: {
                            /** @description Follows the JSON as bytes. */
                            binary_data?: boolean;
                        };
                    }[];
                };
            };
        };
        responses: {
            /** @description The outputs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        model_name: string;
                        model_version: string;
                        id?: string;
                        /** @description `usage`, and `receipt`, `refusal` and `disclosures` where there are some: the objects of the routes under /v1/faces as JSON. */
                        parameters: {
                            [key: string]: string | number | boolean;
                        };
                        outputs: {
                            name: string;
                            shape: number[];
                            /**
                             * @description Type of the elements.
                             * @enum {string}
                             */
                            datatype: "BYTES" | "UINT8" | "INT64" | "FP32";
                            parameters?: {
                                binary_data_size: number;
                            };
                            data?: (string | number)[];
                        }[];
                    };
                    "application/octet-stream": string;
                };
            };
            /** @description Malformed, or a field that is unknown or unsupported. Nothing is ignored silently. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description No such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Accept leaves nothing that can be sent. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The body, the picture file or the picture is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description A media type or picture format that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model's limit. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The queue is full. */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The server's own fault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Not ready, restarting or shutting down. */
            503: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Past the deadline. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
        };
    };
    inferEncodePicture: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "inputs": [
                 *         {
                 *           "name": "image",
                 *           "shape": [
                 *             1
                 *           ],
                 *           "datatype": "BYTES",
                 *           "data": [
                 *             "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGO4sHQCAAROAgbfsdzeAAAAAElFTkSuQmCC"
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description Comes back with the answer. */
                    id?: string;
                    /** @description About the whole request. */
                    parameters?: {
                        /**
                         * @description Outputs follow the JSON as bytes, unless they say otherwise.
                         * @default false
                         */
                        binary_data_output?: boolean;
                    };
                    /** @description Tensors by the names of the model's metadata; those that are left out have the model's defaults. */
                    inputs: {
                        name: string;
                        shape: number[];
                        datatype: string;
                        parameters?: {
                            /** @description So many bytes behind the JSON are its elements. */
                            binary_data_size?: number;
                        };
                        /** @description Elements, flat or nested as the shape says. */
                        data?: unknown;
                    }[];
                    /** @description Which outputs; left out: all. */
                    outputs?: {
                        name: string;
                        parameters?: {
                            /** @description Follows the JSON as bytes. */
                            binary_data?: boolean;
                        };
                    }[];
                };
            };
        };
        responses: {
            /** @description The outputs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        model_name: string;
                        model_version: string;
                        id?: string;
                        /** @description `usage`, and `receipt`, `refusal` and `disclosures` where there are some: the objects of the routes under /v1/faces as JSON. */
                        parameters: {
                            [key: string]: string | number | boolean;
                        };
                        outputs: {
                            name: string;
                            shape: number[];
                            /**
                             * @description Type of the elements.
                             * @enum {string}
                             */
                            datatype: "BYTES" | "UINT8" | "INT64" | "FP32";
                            parameters?: {
                                binary_data_size: number;
                            };
                            data?: (string | number)[];
                        }[];
                    };
                    "application/octet-stream": string;
                };
            };
            /** @description Malformed, or a field that is unknown or unsupported. Nothing is ignored silently. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description No such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Accept leaves nothing that can be sent. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The body, the picture file or the picture is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description A media type or picture format that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model's limit. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The queue is full. */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The server's own fault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Not ready, restarting or shutting down. */
            503: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Past the deadline. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
        };
    };
    inferEncodePictureVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of a model that is served, as in /v1/models; without a version the default model is meant. */
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "inputs": [
                 *         {
                 *           "name": "image",
                 *           "shape": [
                 *             1
                 *           ],
                 *           "datatype": "BYTES",
                 *           "data": [
                 *             "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGO4sHQCAAROAgbfsdzeAAAAAElFTkSuQmCC"
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description Comes back with the answer. */
                    id?: string;
                    /** @description About the whole request. */
                    parameters?: {
                        /**
                         * @description Outputs follow the JSON as bytes, unless they say otherwise.
                         * @default false
                         */
                        binary_data_output?: boolean;
                    };
                    /** @description Tensors by the names of the model's metadata; those that are left out have the model's defaults. */
                    inputs: {
                        name: string;
                        shape: number[];
                        datatype: string;
                        parameters?: {
                            /** @description So many bytes behind the JSON are its elements. */
                            binary_data_size?: number;
                        };
                        /** @description Elements, flat or nested as the shape says. */
                        data?: unknown;
                    }[];
                    /** @description Which outputs; left out: all. */
                    outputs?: {
                        name: string;
                        parameters?: {
                            /** @description Follows the JSON as bytes. */
                            binary_data?: boolean;
                        };
                    }[];
                };
            };
        };
        responses: {
            /** @description The outputs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        model_name: string;
                        model_version: string;
                        id?: string;
                        /** @description `usage`, and `receipt`, `refusal` and `disclosures` where there are some: the objects of the routes under /v1/faces as JSON. */
                        parameters: {
                            [key: string]: string | number | boolean;
                        };
                        outputs: {
                            name: string;
                            shape: number[];
                            /**
                             * @description Type of the elements.
                             * @enum {string}
                             */
                            datatype: "BYTES" | "UINT8" | "INT64" | "FP32";
                            parameters?: {
                                binary_data_size: number;
                            };
                            data?: (string | number)[];
                        }[];
                    };
                    "application/octet-stream": string;
                };
            };
            /** @description Malformed, or a field that is unknown or unsupported. Nothing is ignored silently. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description No such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Accept leaves nothing that can be sent. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The body, the picture file or the picture is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description A media type or picture format that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model's limit. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The queue is full. */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The server's own fault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Not ready, restarting or shutting down. */
            503: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Past the deadline. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
        };
    };
    inferDecodePicture: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "inputs": [
                 *         {
                 *           "name": "code_ids",
                 *           "shape": [
                 *             1,
                 *             100
                 *           ],
                 *           "datatype": "INT64",
                 *           "data": [
                 *             0,
                 *             41,
                 *             82,
                 *             123,
                 *             164,
                 *             205,
                 *             246,
                 *             287,
                 *             328,
                 *             369,
                 *             410,
                 *             451,
                 *             492,
                 *             533,
                 *             574,
                 *             615,
                 *             656,
                 *             697,
                 *             738,
                 *             779,
                 *             820,
                 *             861,
                 *             902,
                 *             943,
                 *             984,
                 *             1025,
                 *             1066,
                 *             1107,
                 *             1148,
                 *             1189,
                 *             1230,
                 *             1271,
                 *             1312,
                 *             1353,
                 *             1394,
                 *             1435,
                 *             1476,
                 *             1517,
                 *             1558,
                 *             1599,
                 *             1640,
                 *             1681,
                 *             1722,
                 *             1763,
                 *             1804,
                 *             1845,
                 *             1886,
                 *             1927,
                 *             1968,
                 *             2009,
                 *             2050,
                 *             2091,
                 *             2132,
                 *             2173,
                 *             2214,
                 *             2255,
                 *             2296,
                 *             2337,
                 *             2378,
                 *             2419,
                 *             2460,
                 *             2501,
                 *             2542,
                 *             2583,
                 *             2624,
                 *             2665,
                 *             2706,
                 *             2747,
                 *             2788,
                 *             2829,
                 *             2870,
                 *             2911,
                 *             2952,
                 *             2993,
                 *             3034,
                 *             3075,
                 *             3116,
                 *             3157,
                 *             3198,
                 *             3239,
                 *             3280,
                 *             3321,
                 *             3362,
                 *             3403,
                 *             3444,
                 *             3485,
                 *             3526,
                 *             3567,
                 *             3608,
                 *             3649,
                 *             3690,
                 *             3731,
                 *             3772,
                 *             3813,
                 *             3854,
                 *             3895,
                 *             3936,
                 *             3977,
                 *             4018,
                 *             4059
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description Comes back with the answer. */
                    id?: string;
                    /** @description About the whole request. */
                    parameters?: {
                        /**
                         * @description Outputs follow the JSON as bytes, unless they say otherwise.
                         * @default false
                         */
                        binary_data_output?: boolean;
                    };
                    /** @description Tensors by the names of the model's metadata; those that are left out have the model's defaults. */
                    inputs: {
                        name: string;
                        shape: number[];
                        datatype: string;
                        parameters?: {
                            /** @description So many bytes behind the JSON are its elements. */
                            binary_data_size?: number;
                        };
                        /** @description Elements, flat or nested as the shape says. */
                        data?: unknown;
                    }[];
                    /** @description Which outputs; left out: all. */
                    outputs?: {
                        name: string;
                        parameters?: {
                            /** @description Follows the JSON as bytes. */
                            binary_data?: boolean;
                        };
                    }[];
                };
            };
        };
        responses: {
            /** @description The outputs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        model_name: string;
                        model_version: string;
                        id?: string;
                        /** @description `usage`, and `receipt`, `refusal` and `disclosures` where there are some: the objects of the routes under /v1/faces as JSON. */
                        parameters: {
                            [key: string]: string | number | boolean;
                        };
                        outputs: {
                            name: string;
                            shape: number[];
                            /**
                             * @description Type of the elements.
                             * @enum {string}
                             */
                            datatype: "BYTES" | "UINT8" | "INT64" | "FP32";
                            parameters?: {
                                binary_data_size: number;
                            };
                            data?: (string | number)[];
                        }[];
                    };
                    "application/octet-stream": string;
                };
            };
            /** @description Malformed, or a field that is unknown or unsupported. Nothing is ignored silently. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description No such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Accept leaves nothing that can be sent. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The body, the picture file or the picture is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description A media type or picture format that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model's limit. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The queue is full. */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The server's own fault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Not ready, restarting or shutting down. */
            503: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Past the deadline. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
        };
    };
    inferDecodePictureVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of a model that is served, as in /v1/models; without a version the default model is meant. */
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "inputs": [
                 *         {
                 *           "name": "code_ids",
                 *           "shape": [
                 *             1,
                 *             100
                 *           ],
                 *           "datatype": "INT64",
                 *           "data": [
                 *             0,
                 *             41,
                 *             82,
                 *             123,
                 *             164,
                 *             205,
                 *             246,
                 *             287,
                 *             328,
                 *             369,
                 *             410,
                 *             451,
                 *             492,
                 *             533,
                 *             574,
                 *             615,
                 *             656,
                 *             697,
                 *             738,
                 *             779,
                 *             820,
                 *             861,
                 *             902,
                 *             943,
                 *             984,
                 *             1025,
                 *             1066,
                 *             1107,
                 *             1148,
                 *             1189,
                 *             1230,
                 *             1271,
                 *             1312,
                 *             1353,
                 *             1394,
                 *             1435,
                 *             1476,
                 *             1517,
                 *             1558,
                 *             1599,
                 *             1640,
                 *             1681,
                 *             1722,
                 *             1763,
                 *             1804,
                 *             1845,
                 *             1886,
                 *             1927,
                 *             1968,
                 *             2009,
                 *             2050,
                 *             2091,
                 *             2132,
                 *             2173,
                 *             2214,
                 *             2255,
                 *             2296,
                 *             2337,
                 *             2378,
                 *             2419,
                 *             2460,
                 *             2501,
                 *             2542,
                 *             2583,
                 *             2624,
                 *             2665,
                 *             2706,
                 *             2747,
                 *             2788,
                 *             2829,
                 *             2870,
                 *             2911,
                 *             2952,
                 *             2993,
                 *             3034,
                 *             3075,
                 *             3116,
                 *             3157,
                 *             3198,
                 *             3239,
                 *             3280,
                 *             3321,
                 *             3362,
                 *             3403,
                 *             3444,
                 *             3485,
                 *             3526,
                 *             3567,
                 *             3608,
                 *             3649,
                 *             3690,
                 *             3731,
                 *             3772,
                 *             3813,
                 *             3854,
                 *             3895,
                 *             3936,
                 *             3977,
                 *             4018,
                 *             4059
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description Comes back with the answer. */
                    id?: string;
                    /** @description About the whole request. */
                    parameters?: {
                        /**
                         * @description Outputs follow the JSON as bytes, unless they say otherwise.
                         * @default false
                         */
                        binary_data_output?: boolean;
                    };
                    /** @description Tensors by the names of the model's metadata; those that are left out have the model's defaults. */
                    inputs: {
                        name: string;
                        shape: number[];
                        datatype: string;
                        parameters?: {
                            /** @description So many bytes behind the JSON are its elements. */
                            binary_data_size?: number;
                        };
                        /** @description Elements, flat or nested as the shape says. */
                        data?: unknown;
                    }[];
                    /** @description Which outputs; left out: all. */
                    outputs?: {
                        name: string;
                        parameters?: {
                            /** @description Follows the JSON as bytes. */
                            binary_data?: boolean;
                        };
                    }[];
                };
            };
        };
        responses: {
            /** @description The outputs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        model_name: string;
                        model_version: string;
                        id?: string;
                        /** @description `usage`, and `receipt`, `refusal` and `disclosures` where there are some: the objects of the routes under /v1/faces as JSON. */
                        parameters: {
                            [key: string]: string | number | boolean;
                        };
                        outputs: {
                            name: string;
                            shape: number[];
                            /**
                             * @description Type of the elements.
                             * @enum {string}
                             */
                            datatype: "BYTES" | "UINT8" | "INT64" | "FP32";
                            parameters?: {
                                binary_data_size: number;
                            };
                            data?: (string | number)[];
                        }[];
                    };
                    "application/octet-stream": string;
                };
            };
            /** @description Malformed, or a field that is unknown or unsupported. Nothing is ignored silently. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description No such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Accept leaves nothing that can be sent. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The body, the picture file or the picture is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description A media type or picture format that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model's limit. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The queue is full. */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description The server's own fault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Not ready, restarting or shutting down. */
            503: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
            /** @description Past the deadline. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What happened and what to do next, with the code of docs/errors.md. */
                        error: string;
                    };
                };
            };
        };
    };
    createJob: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "task": "generate",
                 *       "request": {
                 *         "prompt": "a smiling woman with long blond hair",
                 *         "seed": 7
                 *       }
                 *     }
                 */
                "application/json": {
                    /**
                     * @description What to do: the request is the JSON body of /v1/faces/generate, /v1/faces/caption, /v1/faces/vqa, /v1/faces/attributes, /v1/images/generations, /v1/images/edits or /v1/chat/completions.
                     * @enum {string}
                     */
                    task: "generate" | "caption" | "vqa" | "attributes" | "images.generations" | "images.edits" | "chat.completions";
                    /** @description The body, as that route takes it; without `stream`. What is wrong with its fields is answered at once, and no job is made. */
                    request: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description A job. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /**
                         * @description Always.
                         * @enum {string}
                         */
                        object: "job";
                        /**
                         * @description What it does.
                         * @enum {string}
                         */
                        task: "generate" | "caption" | "vqa" | "attributes" | "images.generations" | "images.edits" | "chat.completions";
                        /**
                         * @description `queued`, `running`, and how it ended.
                         * @enum {string}
                         */
                        state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
                        /** @description Seconds since 1970. */
                        created: number;
                        /** @description Requests that wait in front of it. */
                        position: number;
                        /** @description Milliseconds until it has ended, by the measured step times and the work in front; null when it has ended, or before it was let in. */
                        eta_ms: number | null;
                        /** @description Where its answer is, whatever it was; null until it has ended. */
                        result_url: string | null;
                        /** @description How long the answer is still kept, if nothing newer needs its place; null until it has ended. */
                        expires_in_ms: number | null;
                    };
                };
            };
            /** @description Malformed, or a field that is unknown or unsupported. Nothing is ignored silently. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The model that is named is not served. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Accept leaves nothing that can be sent. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body, the picture file or the picture is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A media type or picture format that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model's limit. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The queue is full. */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The server's own fault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not ready, restarting or shutting down. */
            503: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Past the deadline. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the job. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A job. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /**
                         * @description Always.
                         * @enum {string}
                         */
                        object: "job";
                        /**
                         * @description What it does.
                         * @enum {string}
                         */
                        task: "generate" | "caption" | "vqa" | "attributes" | "images.generations" | "images.edits" | "chat.completions";
                        /**
                         * @description `queued`, `running`, and how it ended.
                         * @enum {string}
                         */
                        state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
                        /** @description Seconds since 1970. */
                        created: number;
                        /** @description Requests that wait in front of it. */
                        position: number;
                        /** @description Milliseconds until it has ended, by the measured step times and the work in front; null when it has ended, or before it was let in. */
                        eta_ms: number | null;
                        /** @description Where its answer is, whatever it was; null until it has ended. */
                        result_url: string | null;
                        /** @description How long the answer is still kept, if nothing newer needs its place; null until it has ended. */
                        expires_in_ms: number | null;
                    };
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the job. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A job. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /**
                         * @description Always.
                         * @enum {string}
                         */
                        object: "job";
                        /**
                         * @description What it does.
                         * @enum {string}
                         */
                        task: "generate" | "caption" | "vqa" | "attributes" | "images.generations" | "images.edits" | "chat.completions";
                        /**
                         * @description `queued`, `running`, and how it ended.
                         * @enum {string}
                         */
                        state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
                        /** @description Seconds since 1970. */
                        created: number;
                        /** @description Requests that wait in front of it. */
                        position: number;
                        /** @description Milliseconds until it has ended, by the measured step times and the work in front; null when it has ended, or before it was let in. */
                        eta_ms: number | null;
                        /** @description Where its answer is, whatever it was; null until it has ended. */
                        result_url: string | null;
                        /** @description How long the answer is still kept, if nothing newer needs its place; null until it has ended. */
                        expires_in_ms: number | null;
                    };
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getJobResult: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the job. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the job's route answers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Malformed, or a field that is unknown or unsupported. Nothing is ignored silently. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Accept leaves nothing that can be sent. */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The job has not ended yet. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The body, the picture file or the picture is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description A media type or picture format that is not read. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model's limit. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The queue is full. */
            429: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The server's own fault. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not ready, restarting or shutting down. */
            503: {
                headers: {
                    /** @description Seconds after which to try again. */
                    "retry-after"?: number;
                    /** @description The same in milliseconds. */
                    "retry-after-ms"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Past the deadline. */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The models. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Always.
                         * @enum {string}
                         */
                        object: "list";
                        data: {
                            id: string;
                            /**
                             * @description Always.
                             * @enum {string}
                             */
                            object: "model";
                            /** @description Seconds since 1970. */
                            created: number;
                            owned_by: string;
                            /** @description Names everything of the model that decides about its tokens, as receipts do. */
                            digest: string;
                            description: string;
                            license: string;
                            precision: string;
                            /** @description What really runs the model; null until it is loaded. */
                            execution_provider: string | null;
                            /** @description Parameter counts by component, from the manifest. */
                            parameters: unknown;
                            /** @description Sizes of the model, from the manifest. */
                            sizes: unknown;
                            /** @description What the model allows, from the manifest. */
                            limits: unknown;
                            /** @description Values taken for fields that are left out. */
                            defaults: unknown;
                            /** @description Convention of guidance_scale. */
                            guidance: unknown;
                            /** @description What made the model: run, commit, data, measured quality. */
                            provenance: unknown;
                        }[];
                    };
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the model. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A model. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /**
                         * @description Always.
                         * @enum {string}
                         */
                        object: "model";
                        /** @description Seconds since 1970. */
                        created: number;
                        owned_by: string;
                        /** @description Names everything of the model that decides about its tokens, as receipts do. */
                        digest: string;
                        description: string;
                        license: string;
                        precision: string;
                        /** @description What really runs the model; null until it is loaded. */
                        execution_provider: string | null;
                        /** @description Parameter counts by component, from the manifest. */
                        parameters: unknown;
                        /** @description Sizes of the model, from the manifest. */
                        sizes: unknown;
                        /** @description What the model allows, from the manifest. */
                        limits: unknown;
                        /** @description Values taken for fields that are left out. */
                        defaults: unknown;
                        /** @description Convention of guidance_scale. */
                        guidance: unknown;
                        /** @description What made the model: run, commit, data, measured quality. */
                        provenance: unknown;
                    };
                };
            };
            /** @description The API key is missing or unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description No such thing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event loop turns. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Always.
                         * @enum {string}
                         */
                        status: "live";
                    };
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where the engine stands. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Where the engine stands; only `ready` is 200. Of several models: what the first says that is not ready.
                         * @enum {string}
                         */
                        status: "ready" | "starting" | "restarting" | "draining" | "stopped";
                        /** @description Where several models are served: where the engine of each stands, by its name. */
                        models?: {
                            [key: string]: "ready" | "starting" | "restarting" | "draining" | "stopped";
                        };
                    };
                };
            };
            /** @description Where the engine stands. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Where the engine stands; only `ready` is 200. Of several models: what the first says that is not ready.
                         * @enum {string}
                         */
                        status: "ready" | "starting" | "restarting" | "draining" | "stopped";
                        /** @description Where several models are served: where the engine of each stands, by its name. */
                        models?: {
                            [key: string]: "ready" | "starting" | "restarting" | "draining" | "stopped";
                        };
                    };
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Prometheus text format 0.0.4. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
}
