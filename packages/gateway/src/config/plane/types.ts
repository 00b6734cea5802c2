/** `plane`: the control plane of a node, as its configuration or its enrolment says it. */
import type { Approver, DisclosableField, TrustAnchor } from '@writ/core';

/** What of its entries a node discloses to its control plane. The control plane cannot widen it. */
export interface Discloses {
  /** With each entry; never arguments and results. */
  readonly always: readonly DisclosableField[];
  /** Where a person looks at one entry. */
  readonly onRequest: readonly DisclosableField[];
}

/** A control plane that a node tells and listens to, and that does not govern it: its policies are its own. */
export interface PlaneBeside {
  /** As it calls itself, without a path. */
  readonly url: string;
  /** ULIDs that enrolment gave. */
  readonly organisation: string;
  readonly node: string;
  /** ULID. */
  readonly team?: string;
  readonly environment: string;
  /** File of the key that the node made for itself, absolute. */
  readonly keyFile: string;
  /** Absent: nothing. */
  readonly discloses?: Discloses;
}

/** A control plane in the same process. */
export interface OwnPlane extends PlaneBeside {
  /** Its people who may decide, with their keys, as they are now; believed where `approvals.beside` says so. */
  readonly approvers?: () => readonly Approver[];
}

/** Everything that a node must have been told; nothing of it is taken from the control plane. */
export interface PlaneConfiguration extends PlaneBeside {
  /** Who signs bundles; at least one. */
  readonly anchors: readonly TrustAnchor[];
  /** PEM file of authorities, absolute. */
  readonly ca?: string;
  readonly pins: readonly string[];
  /** What decides before any bundle came: nothing, or the policy that is built in. */
  readonly offline: 'fail_closed' | 'default_policy';
}
