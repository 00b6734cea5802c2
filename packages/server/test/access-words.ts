/** What each operation is, written down a second time: a route that says something else of itself is a mistake, or this is. */
const OF: Readonly<Record<string, string>> = {
  nobody: `live ready getSignInMethods beginPasskeySignIn signInWithPasskey beginLinkSignIn signInWithLink
    beginProviderSignIn endProviderSignIn signInForEmergency beginDeviceLogin pollDeviceLogin revokeDeviceLogin enrolNode
    addCheckpoint addEntries`,
  own: `listApiTokens createApiToken revokeApiToken listSessions endSession listPasskeys addPasskey
    beginPasskey removePasskey listApproverKeys addApproverKey removeApproverKey listDelegations
    delegate endDelegation createEmergencyCodes viewDeviceLogin answerDeviceLogin`,
  leave: 'getMe signOut',
  read: `getEmergencyAccess listEmergencies getEmergency getOrganisation listPeople getPerson listTeams getTeam listGroups listenToEvents listStops getStop
    listStopRules getStopRule listAlerts getAlert listPolicyVersions getPolicyVersion getPolicyVersionFiles getPolicyReplay
    listPolicyTexts getReviewRule listBundleAnchors listBundles getBundle getBundleEnvelope listRollouts getRollout
    listApprovals getApproval listApprovers listChannels getChannel listDeliveries listAgents
    listAgentEntities getAgent getAgentPage listNodes getNode getFleetModes`,
  look: 'lookAtReceipt getLook',
  watch: 'listenToReceipts summariseReceipts countActivity listTools getTool',
  audit:
    'listIdentityProviders listEnrolments getEnrolment listReceipts listSessionSteps getReceipt getReceiptProof getNodeLogFile',
  work: `raiseAlert acknowledgeAlert createPolicyVersion checkPolicies putPolicyReplay createBundle createAgent changeAgent
    reviewAgent`,
  decide: 'reviewPolicyVersion answerApproval',
  stop: 'placeStop startDrill suspendAgent suspendNode',
  administer: `allowEmergencyAccess endEmergencyAccess reviewEmergency invitePerson changeOrganisation createPerson changePerson removePerson suspendPerson
    resumePerson createTeam changeTeam removeTeam liftStop createStopRule changeStopRule removeStopRule
    setReviewRule createBundleAnchor removeBundleAnchor stepRollout createChannel replaceChannel
    removeChannel removeAgent resumeAgent createEnrolment revokeEnrolment removeNode resumeNode`,
  serve: `getNodeStops listenAsNode getNodeBundle tellHold endHold refuseAnswer getAnswers sendHeartbeat
    rotateNodeKey addNodeLogKey getOwnNode getFactsPlace discloseFacts getNodeLooks answerLook`,
};

/** The word of each operation, by its name. */
export const ACCESS_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries(OF).flatMap(([word, names]) =>
    names.split(/\s+/).map((name): [string, string] => [name, word]),
  ),
);
