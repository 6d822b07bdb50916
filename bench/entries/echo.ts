/** The text of the body, as a JSON string. */
export const run = (body: string) => body;
