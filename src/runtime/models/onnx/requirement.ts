/** One thing that an execution provider needs of the machine, and what is there. */
export interface Requirement {
  /** `NVIDIA driver`, `libcudart.so.13`, `libonnxruntime_providers_cuda.so`. */
  readonly what: string;
  /** `580 or newer`, `13`. */
  readonly wanted: string;
  /** Where, and which version. undefined: nothing that would do, or come near it. */
  readonly found: string | undefined;
  /** undefined: it is met, or few models need it. */
  readonly problem: string | undefined;
  /** The way out of the problem. Requirements that have one way out in common have the same text. */
  readonly fix: string | undefined;
}
