/** The event classes of OCSF 1.9.0 that are emitted, with the activities that are used of each. Compared with the compiled schema by a test. */

/** One class. `class_uid` is `category * 1000 + number`, `type_uid` is `class_uid * 100 + activity_id`. */
export interface EventClass {
  readonly uid: number;
  readonly name: string;
  readonly category: number;
  readonly categoryName: string;
  /** Captions by `activity_id`, those that are used. */
  readonly activities: Readonly<Record<number, string>>;
  /** Whether its base has the profile `ai_operation`. */
  readonly hasAiOperation: boolean;
}

/** `activity_id` of what a class has no activity for; `activity_name` then says what it is. */
export const OTHER_ACTIVITY = 99;

export const BASE_EVENT: EventClass = {
  uid: 0,
  name: 'Base Event',
  category: 0,
  categoryName: 'Uncategorized',
  activities: { 0: 'Unknown' },
  hasAiOperation: false,
};
export const FILE_ACTIVITY: EventClass = {
  uid: 1001,
  name: 'File System Activity',
  category: 1,
  categoryName: 'System Activity',
  activities: { 2: 'Read', 3: 'Update', 4: 'Delete' },
  hasAiOperation: true,
};
export const PROCESS_ACTIVITY: EventClass = {
  uid: 1007,
  name: 'Process Activity',
  category: 1,
  categoryName: 'System Activity',
  activities: { 1: 'Launch' },
  hasAiOperation: true,
};
export const DETECTION_FINDING: EventClass = {
  uid: 2004,
  name: 'Detection Finding',
  category: 2,
  categoryName: 'Findings',
  activities: { 1: 'Create' },
  hasAiOperation: false,
};
export const INCIDENT_FINDING: EventClass = {
  uid: 2005,
  name: 'Incident Finding',
  category: 2,
  categoryName: 'Findings',
  activities: { 1: 'Create', 2: 'Update', 3: 'Close' },
  hasAiOperation: false,
};
export const AUTHENTICATION: EventClass = {
  uid: 3002,
  name: 'Authentication',
  category: 3,
  categoryName: 'Identity & Access Management',
  activities: { 1: 'Logon', 2: 'Logoff' },
  hasAiOperation: true,
};
export const ENTITY_MANAGEMENT: EventClass = {
  uid: 3004,
  name: 'Entity Management',
  category: 3,
  categoryName: 'Identity & Access Management',
  activities: {
    1: 'Create',
    3: 'Update',
    4: 'Delete',
    6: 'Enroll',
    7: 'Unenroll',
    8: 'Enable',
    9: 'Disable',
    10: 'Activate',
    11: 'Deactivate',
    12: 'Suspend',
  },
  hasAiOperation: true,
};
export const NETWORK_ACTIVITY: EventClass = {
  uid: 4001,
  name: 'Network Activity',
  category: 4,
  categoryName: 'Network Activity',
  activities: { 1: 'Open', 2: 'Close', 4: 'Fail', 5: 'Refuse' },
  hasAiOperation: true,
};
export const HTTP_ACTIVITY: EventClass = {
  uid: 4002,
  name: 'HTTP Activity',
  category: 4,
  categoryName: 'Network Activity',
  activities: {
    1: 'Connect',
    2: 'Delete',
    3: 'Get',
    4: 'Head',
    5: 'Options',
    6: 'Post',
    7: 'Put',
    8: 'Trace',
    9: 'Patch',
  },
  hasAiOperation: true,
};
export const APPLICATION_LIFECYCLE: EventClass = {
  uid: 6002,
  name: 'Application Lifecycle',
  category: 6,
  categoryName: 'Application Activity',
  activities: { 3: 'Start', 4: 'Stop' },
  hasAiOperation: true,
};
export const API_ACTIVITY: EventClass = {
  uid: 6003,
  name: 'API Activity',
  category: 6,
  categoryName: 'Application Activity',
  activities: { 1: 'Create', 2: 'Read', 3: 'Update', 4: 'Delete' },
  hasAiOperation: true,
};

/** Every class that is emitted. */
export const EVENT_CLASSES: readonly EventClass[] = [
  BASE_EVENT,
  FILE_ACTIVITY,
  PROCESS_ACTIVITY,
  DETECTION_FINDING,
  INCIDENT_FINDING,
  AUTHENTICATION,
  ENTITY_MANAGEMENT,
  NETWORK_ACTIVITY,
  HTTP_ACTIVITY,
  APPLICATION_LIFECYCLE,
  API_ACTIVITY,
];
