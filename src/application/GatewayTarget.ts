/** A compose service that runs a gateway; follows it through recreated containers, which an id would not. */
export interface GatewayTarget {
  /** Compose project name. */
  readonly project: string;
  readonly service: string;
}
