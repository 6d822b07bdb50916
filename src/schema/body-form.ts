/** A body that was read in another form than the one that the schema describes. */
export interface FormBody {
  /** By the names of the inputs: in JSON, or as tensors that have been checked. */
  readonly values: ReadonlyMap<string, unknown>;
  /** Where in the body a value is that the schema names by `/INPUT/…`. */
  readonly locate: (path: string) => string;
  /**
   * The result as the form answers.
   *
   * @throws {HostError} `INPUT_INVALID` if the body asked for what this result has not; `RESULT_INVALID` if no body could
   *   have it in this form.
   */
  readonly write: (result: unknown) => unknown;
}

/** Another form of JSON in which another server took the same inputs: its clients go on as they are. */
export interface BodyForm {
  /** A body without any of these at its top is not of this form. */
  readonly keys: readonly string[];
  /** Whether a body is meant to be of this form. It is asked only of a body that the schema does not take. */
  readonly matches: (body: Readonly<Record<string, unknown>>) => boolean;
  /** @throws {HostError} `INPUT_INVALID` */
  readonly read: (body: Readonly<Record<string, unknown>>) => FormBody;
}
