/** What is used of `@azure/storage-blob`, an optional package: its own types are not there where it is not. */

export interface BlobConditions {
  /** `*`: only where the blob is not there. */
  readonly ifNoneMatch?: string;
  /** Only where the blob is so long. */
  readonly appendPosition?: number;
}

export interface RequestOptions {
  readonly abortSignal?: AbortSignal;
  readonly conditions?: BlobConditions;
}

export interface BlobProperties {
  readonly contentLength?: number;
  readonly blobCommittedBlockCount?: number;
  readonly blobType?: string;
}

export interface AppendBlobClient {
  create(options: RequestOptions): Promise<unknown>;
  appendBlock(body: Buffer, length: number, options: RequestOptions): Promise<{ blobCommittedBlockCount?: number }>;
  getProperties(options: RequestOptions): Promise<BlobProperties>;
  downloadToBuffer(offset: number, count: number, options: RequestOptions): Promise<Buffer>;
}

export interface ContainerClient {
  createIfNotExists(options: RequestOptions): Promise<unknown>;
  getAppendBlobClient(name: string): AppendBlobClient;
}

export interface BlobServiceClient {
  getContainerClient(name: string): ContainerClient;
}

export interface StoragePackage {
  readonly BlobServiceClient: {
    fromConnectionString(
      connectionString: string,
      options: { readonly retryOptions: { readonly maxTries: number } },
    ): BlobServiceClient;
  };
}

/** An error of the package. */
export interface RestError extends Error {
  /** Of HTTP. */
  readonly statusCode?: number;
  /** Of Azure, or of the system. */
  readonly code?: string;
}
