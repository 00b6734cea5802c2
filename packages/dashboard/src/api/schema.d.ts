// Made by `npm run schema -w @writ/dashboard` of the routes of @writ/server. Not written by hand.
export interface paths {
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process answers at all. */
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
        /** Whether log and tables can be read, so that requests may be sent here. */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your API tokens, without their secrets. */
        get: operations["listApiTokens"];
        put?: never;
        /** Makes an API token that can do what you can, or less; its secret is shown once. In a session only soon after you signed in; with a token one that ends with it. */
        post: operations["createApiToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-tokens/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revokes one of your API tokens; the next call with it is refused. */
        delete: operations["revokeApiToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What there is to sign in with. */
        get: operations["getSignInMethods"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your sessions that last. */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends one of your sessions; the next call with it is refused. */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends this session. */
        post: operations["signOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in/passkey/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins a sign-in with a passkey: options for the browser. */
        post: operations["beginPasskeySignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs in with what the browser made of the options. */
        post: operations["signInWithPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your passkeys. */
        get: operations["listPasskeys"];
        put?: never;
        /** Adds the passkey that the browser made of the options. */
        post: operations["addPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/passkeys/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins the registration of another passkey of yours; only soon after you signed in. */
        post: operations["beginPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/passkeys/{passkey}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes one of your passkeys; never the only way in. */
        delete: operations["removePasskey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins the first sign-in with a link: options for the passkey that the browser makes. */
        post: operations["beginLinkSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in/link/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes the passkey that the browser made, uses the link up and signs in. */
        post: operations["signInWithLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/people/{person}/invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a link with which a person who has never signed in does so; it is shown once. */
        post: operations["invitePerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/identity-providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The identity providers that the operator configured: what their groups give here, and whether they answer. */
        get: operations["listIdentityProviders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in/providers/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins a sign-in with an identity provider: where to send the browser. */
        post: operations["beginProviderSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in/providers/{provider}/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where an identity provider sends the browser back to; signs in and goes to the first page. */
        get: operations["endProviderSignIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/people/{person}/emergency-access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Names somebody else who may come in while an identity provider is out, until an instant. */
        put: operations["allowEmergencyAccess"];
        post?: never;
        /** Takes emergency access back: their codes are good no more. */
        delete: operations["endEmergencyAccess"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/emergency-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes your codes for an emergency in place of those you had; they are shown once. Only soon after you signed in, where an administrator named you. */
        post: operations["createEmergencyCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in/emergency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Comes in with a code: of one person while this server sees that their identity provider is out, otherwise of two people. For an hour, to look and to stop, and everybody is told. */
        post: operations["signInForEmergency"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/emergency-access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which identity providers this server sees failing, who may come in then, and what nobody has looked at yet. */
        get: operations["getEmergencyAccess"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/emergencies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every use of emergency access, the oldest first. */
        get: operations["listEmergencies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/emergencies/{emergency}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One use of emergency access. */
        get: operations["getEmergency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/emergencies/{emergency}/review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says that somebody looked at what was done: an administrator who did not come in by it. */
        post: operations["reviewEmergency"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/device-logins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins a sign-in of a command; a person agrees to it in their browser (RFC 8628). */
        post: operations["beginDeviceLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/device-logins/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks whether somebody agreed; the API token is answered once, and no more often than every few seconds. */
        post: operations["pollDeviceLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/device-logins/view": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Which command asks with this code, and what it would be given. */
        post: operations["viewDeviceLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/device-logins/answer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives the command that asks with this code an API token of yours, or refuses it. */
        post: operations["answerDeviceLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/device-logins/revocation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the API token that is shown, and those that were made with it; answered alike for one that is none (RFC 7009). */
        post: operations["revokeDeviceLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who you are here, and what you may do with the credential that you showed. */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/organisation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The organisation. */
        get: operations["getOrganisation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Gives the organisation another name. */
        patch: operations["changeOrganisation"];
        trace?: never;
    };
    "/v1/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The people of the organisation; their addresses for administrators and auditors. */
        get: operations["listPeople"];
        put?: never;
        /** Adds a person, who signs in first with an invitation or at an identity provider. */
        post: operations["createPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/people/{person}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One person. */
        get: operations["getPerson"];
        put?: never;
        post?: never;
        /** Removes a person who answers for no agent, with their tokens, passkeys and links; what they did stays in the record. */
        delete: operations["removePerson"];
        options?: never;
        head?: never;
        /** Changes a person; nobody changes their own roles, teams or groups, and the last administrator stays one. */
        patch: operations["changePerson"];
        trace?: never;
    };
    "/v1/people/{person}/suspension": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Suspends a person: their sessions end, and their tokens and passkeys are good no more. */
        post: operations["suspendPerson"];
        /** Lets a person in again who was suspended. */
        delete: operations["resumePerson"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The teams of the organisation. */
        get: operations["listTeams"];
        put?: never;
        /** Makes a team. */
        post: operations["createTeam"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/teams/{team}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One team. */
        get: operations["getTeam"];
        put?: never;
        post?: never;
        /** Removes a team that nothing names: no person, agent, node, channel, stop or rule. */
        delete: operations["removeTeam"];
        options?: never;
        head?: never;
        /** Gives a team another name. */
        patch: operations["changeTeam"];
        trace?: never;
    };
    "/v1/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The groups that quorums ask for, with who is in them. */
        get: operations["listGroups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Changes of objects of your organisation as Server-Sent Events; resumes after `Last-Event-ID`. What changed exactly is read from the object. */
        get: operations["listenToEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stops": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stops, the oldest first; those in force alone where that is asked. */
        get: operations["listStops"];
        put?: never;
        /** Stops an agent, a team, a server, a tool or everything, on every node. */
        post: operations["placeStop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stops/{stop}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One stop, and which nodes have it in force since when. */
        get: operations["getStop"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stops/{stop}/lift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lifts a stop: by an administrator other than who placed it, unless there is no other. What was withdrawn stays withdrawn. */
        post: operations["liftStop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/drills": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Places a stop of an agent that does not exist and measures how long nodes take to have it in force; `GET /v1/stops/{stop}` tells. It ends by itself. */
        post: operations["startDrill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stop-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rules that stop an agent by what its node counted. */
        get: operations["listStopRules"];
        put?: never;
        /** Makes a rule. */
        post: operations["createStopRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stop-rules/{rule}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One rule. */
        get: operations["getStopRule"];
        /** Changes a rule. */
        put: operations["changeStopRule"];
        post?: never;
        /** Removes a rule; what it stopped stays stopped. */
        delete: operations["removeStopRule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Alerts, the oldest first, with who acknowledged each. */
        get: operations["listAlerts"];
        put?: never;
        /** Raises an alert by hand; one that is alike and open stands for it. */
        post: operations["raiseAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/{alert}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One alert. */
        get: operations["getAlert"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/{alert}/acknowledgement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says that somebody looks after it; the first who says so stands. */
        post: operations["acknowledgeAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/node/stops": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The stops of the node that asks; held until they change where `If-None-Match` names them, which also says that they are in force there. */
        get: operations["getNodeStops"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/node/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The stops of the node that asks, as Server-Sent Events: all of them at once, and again whenever they change. */
        get: operations["listenAsNode"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policy-versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Versions of policies, the oldest first. */
        get: operations["listPolicyVersions"];
        put?: never;
        /** Takes a policy set as a version that never changes; runs its cases. */
        post: operations["createPolicyVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policy-versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One version, with what people said of it. */
        get: operations["getPolicyVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policy-versions/{version}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The files of a version, exactly as they came. */
        get: operations["getPolicyVersionFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policy-versions/{version}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which decisions would be others, as the replay that stands reported it; none where nobody replayed. */
        get: operations["getPolicyReplay"];
        /** Reports what a replay of recorded decisions under this version came to. */
        put: operations["putPolicyReplay"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policy-versions/{version}/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approves or rejects a version that you did not write. */
        post: operations["reviewPolicyVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policies/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says what is wrong with a policy set, in place, and what its cases come to; keeps nothing. */
        post: operations["checkPolicies"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/review-rule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many people review a policy version, and of which groups and teams. */
        get: operations["getReviewRule"];
        /** Sets how many people review, and who. Versions that are in review need what was said before as well; so do those of whoever loosened it. */
        put: operations["setReviewRule"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policy-texts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Texts of policies that a decision names, by their content hashes, out of a version with its policy hash; none where no such version is kept here. */
        get: operations["listPolicyTexts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bundle-anchors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Keys that sign bundles of the organisation. */
        get: operations["listBundleAnchors"];
        put?: never;
        /** Names the public half of a key that signs bundles; nodes are told theirs at enrolment and by configuration. */
        post: operations["createBundleAnchor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bundle-anchors/{anchor}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes no bundle of this key any more; what came stays. */
        delete: operations["removeBundleAnchor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bundles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Signed bundles, the oldest first. */
        get: operations["listBundles"];
        put?: never;
        /** Takes a bundle that `writ policy sign` made of an approved version; nothing is activated by it. */
        post: operations["createBundle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bundles/{bundle}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What one bundle is. */
        get: operations["getBundle"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bundles/{bundle}/envelope": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The signed envelope, for whoever verifies it or signs the next one. */
        get: operations["getBundleEnvelope"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/node/bundle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The bundle of the node that asks; held until it changes where `If-None-Match` names it. */
        get: operations["getNodeBundle"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rollouts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Roll-outs, one for each environment and team. */
        get: operations["listRollouts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rollouts/{rollout}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One roll-out. */
        get: operations["getRollout"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rollouts/{rollout}/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Starts, advances or stops a candidate whose policies you did not write. */
        post: operations["stepRollout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What waits for people: what you may answer, all that waits, or what was. */
        get: operations["listApprovals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals/{approval}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Exactly what would be done, who holds it and why, who answered, what the agent asked before, and what you may do with it. */
        get: operations["getApproval"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals/{approval}/answers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approves or denies, by a signature or a passkey over exactly what was shown. */
        post: operations["answerApproval"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/node/holds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tells of an action that a node holds for people. */
        post: operations["tellHold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/node/holds/{approval}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tells that a hold is over: its caller is gone, it was used, or it was answered at the node. */
        post: operations["endHold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/node/holds/{approval}/refusals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tells that the node does not take an answer, and why: it counts for nothing, and whoever gave it sees it. */
        post: operations["refuseAnswer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/node/answers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Answers to holds of the node that were given after an index, waited for where there are none. */
        get: operations["getAnswers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approver-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The keys that you approve with: registered ones, and your passkeys. */
        get: operations["listApproverKeys"];
        put?: never;
        /** Registers an Ed25519 key that you approve with, and proves that it is yours. */
        post: operations["addApproverKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approver-keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a key of yours here; nodes believe it until a bundle without it reaches them. */
        delete: operations["removeApproverKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who approves, with keys and groups, as a bundle names them: what whoever signs a bundle looks through. */
        get: operations["listApprovers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/delegations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Absences that you told of, and those of others that you stand in for. */
        get: operations["listDelegations"];
        put?: never;
        /** Tells that you are away, and who sees what waits for you: somebody who may answer it anyway. */
        post: operations["delegate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/delegations/{delegation}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Tells that you are back. */
        delete: operations["endDelegation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where people are told that something waits, without secrets. */
        get: operations["listChannels"];
        put?: never;
        /** Makes a channel; it is told of what happens from now on. */
        post: operations["createChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/channels/{channel}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One channel. */
        get: operations["getChannel"];
        /** Changes a channel. */
        put: operations["replaceChannel"];
        post?: never;
        /** Removes a channel; what it was not told of yet it is not told of any more. */
        delete: operations["removeChannel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/channels/{channel}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The last deliveries of a channel, newest first: what was told, what is tried again, what was given up. */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The agents; with `due`, those that somebody should look at again. */
        get: operations["listAgents"];
        put?: never;
        /** Registers an agent under a name that is given once. */
        post: operations["createAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agent-entities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The register as Cedar entities for a policy set: teams, and groups `data-class/…`. */
        get: operations["listAgentEntities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/{agent}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One agent. */
        get: operations["getAgent"];
        /** Changes what is registered of an agent; its name stays. */
        put: operations["changeAgent"];
        post?: never;
        /** Removes an agent for good: it acts no more, and its name is given to no other. */
        delete: operations["removeAgent"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/{agent}/page": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the agent may do, what it did, who approved that, and what changed. */
        get: operations["getAgentPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/{agent}/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says that somebody looked at the agent, and when to look again. */
        post: operations["reviewAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/{agent}/suspension": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Suspends an agent: its next call is refused at every node that hears of it. */
        post: operations["suspendAgent"];
        /** Lets a suspended agent act again, as far as policy permits. */
        delete: operations["resumeAgent"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/enrolments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Codes for nodes, without their secrets, and what became of each. */
        get: operations["listEnrolments"];
        put?: never;
        /** Makes a code with which one node is enrolled, once; it is shown once. */
        post: operations["createEnrolment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/enrolments/{enrolment}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One code for a node, without its secret. */
        get: operations["getEnrolment"];
        put?: never;
        post?: never;
        /** Takes a code back that was not used. */
        delete: operations["revokeEnrolment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/enrol": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enrols a node with a one-time code and keys that it made itself. */
        post: operations["enrolNode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/node/heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes what a node says of itself. */
        post: operations["sendHeartbeat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/fleet/modes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many nodes enforce what policies say, and how many do not: `permissive` lets run what no policy names, `audit` enforces nothing. */
        get: operations["getFleetModes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/node/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives the node another key, which both keys signed; the one before is good for an hour. */
        post: operations["rotateNodeKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/node/log-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Names a further key that signs the node’s log; its entries are taken under it too. */
        post: operations["addNodeLogKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/node": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The node that asks, as the control plane knows it. */
        get: operations["getOwnNode"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The nodes, each with its last heartbeat, how far its log came, and what is missing of it. */
        get: operations["listNodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/nodes/{node}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One node. */
        get: operations["getNode"];
        put?: never;
        post?: never;
        /** Removes a node for good; what it wrote stays, and its log may be enrolled anew. */
        delete: operations["removeNode"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/nodes/{node}/suspension": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Suspends a node: its next request, and its entries, are refused. */
        post: operations["suspendNode"];
        /** Lets a suspended node take part again, with the key that it had. */
        delete: operations["resumeNode"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entries that nodes recorded, the newest first: codes, and what nodes disclose; by agent, person, session and tool those alone that were disclosed. */
        get: operations["listReceipts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/receipts/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What nodes record, as Server-Sent Events: `receipts`, lists of what came, and `facts`, receipts of which something was disclosed since; resumes after `Last-Event-ID`. People are named to whoever may read the record alone. */
        get: operations["listenToReceipts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/receipts/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Decisions in steps of time by verdict, and by agent, tool, node or policy; and how long permitted actions took. */
        get: operations["summariseReceipts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/receipts/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Decisions of one session of an agent, the newest first, as far as nodes disclosed which session they are of: each with the labels that it was judged under, its outcome, and the labels that it brought. */
        get: operations["listSessionSteps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/receipts/activity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Decisions in steps of time by verdict, how long the calls took that were decided then and what they cost, with the agents or tools that did most. */
        get: operations["countActivity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/receipts/{receipt}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One entry as it stands in the log, with what its node disclosed of it, and the entries that belong to it. */
        get: operations["getReceipt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/receipts/{receipt}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The exact bytes of an entry and the receipt that proves it (c2sp.org/tlog-proof), to be verified with keys of your own; those that are known here are named, with where each came from. */
        get: operations["getReceiptProof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/receipts/{receipt}/looks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks the node of an entry for fields that it discloses on request alone, as arguments and results; recorded, with who asks and of what. */
        post: operations["lookAtReceipt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/receipts/{receipt}/looks/{look}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What came of a look, to whoever asked for it; for minutes. */
        get: operations["getLook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tools that nodes pinned and disclose, in the order in which they were seen first. */
        get: operations["listTools"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tools/{server}/{tool}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One tool: its pins, and its definitions as far as nodes had them still when they told of them. */
        get: operations["getTool"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/mirror/add-checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a signed checkpoint of a node’s log (c2sp.org/tlog-mirror). */
        post: operations["addCheckpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/mirror/add-entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes entries of a node’s log, proven part of a checkpoint, and cosigns it once it holds all. */
        post: operations["addEntries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/nodes/{node}/log-file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file of the copy of a node’s log, to verify it with keys alone (c2sp.org/tlog-tiles). */
        get: operations["getNodeLogFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/node/facts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the node that asks goes on disclosing, and how many entries of its log are held. */
        get: operations["getFactsPlace"];
        put?: never;
        /** Takes fields of entries with the salts that open their commitments, in the order of the log; a value that its entry did not commit to is refused with all the others. */
        post: operations["discloseFacts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/node/looks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Looks of people at entries of the node that asks, held until there is one. */
        get: operations["getNodeLooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/node/looks/{look}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answers a look with fields and the salts that open their commitments, or refuses it; a value that the entry did not commit to is refused. */
        post: operations["answerLook"];
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
        Problem: {
            type: string;
            /** @enum {string} */
            title: "request.malformed" | "device.authorization_pending" | "device.slow_down" | "device.access_denied" | "device.expired_token" | "request.unauthenticated" | "request.forbidden" | "request.cross-site" | "request.not-found" | "request.method" | "request.conflict" | "request.final" | "idempotency.applied" | "request.gone" | "request.changed" | "request.too-large" | "request.media-type" | "request.invalid" | "idempotency.reused" | "request.unconditional" | "request.too-many" | "server.fault" | "server.unavailable";
            status: number;
            detail: string;
            instance: string;
            errors?: {
                pointer?: string;
                detail?: string;
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
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
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
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApiTokens: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            name: string;
                            person: string;
                            roles: ("reader" | "writer" | "admin" | "auditor")[];
                            created: number;
                            expires: number;
                            madeWith?: string;
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createApiToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    roles: ("reader" | "writer" | "admin" | "auditor")[];
                    /** @default 30 */
                    days?: number;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        person: string;
                        roles: ("reader" | "writer" | "admin" | "auditor")[];
                        created: number;
                        expires: number;
                        madeWith?: string;
                        token: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeApiToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSignInMethods: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        passkeys: true;
                        providers: {
                            id: string;
                            name: string;
                        }[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            method: string;
                            created: number;
                            lastUsed: number;
                            expires: number;
                            isThis: boolean;
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginPasskeySignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        options: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signInWithPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    response: {
                        id: string;
                        rawId: string;
                        /** @constant */
                        type: "public-key";
                        authenticatorAttachment?: ("platform" | "cross-platform") | null;
                        clientExtensionResults: {
                            [key: string]: unknown;
                        };
                        response: {
                            clientDataJSON: string;
                            authenticatorData: string;
                            signature: string;
                            userHandle: string;
                            attestationObject?: string | null;
                        };
                    };
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        organisation: string;
                        person: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPasskeys: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            name: string;
                            isSynced: boolean;
                            created: number;
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    response: {
                        id: string;
                        rawId: string;
                        /** @constant */
                        type: "public-key";
                        authenticatorAttachment?: ("platform" | "cross-platform") | null;
                        clientExtensionResults: {
                            [key: string]: unknown;
                        };
                        response: {
                            clientDataJSON: string;
                            attestationObject: string;
                            authenticatorData?: string;
                            transports?: string[];
                            publicKeyAlgorithm?: number;
                            publicKey?: string | null;
                        };
                    };
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        isSynced: boolean;
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        options: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                passkey: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginLinkSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    link: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        options: {
                            [key: string]: unknown;
                        };
                        name: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signInWithLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default passkey */
                    name?: string;
                    response: {
                        id: string;
                        rawId: string;
                        /** @constant */
                        type: "public-key";
                        authenticatorAttachment?: ("platform" | "cross-platform") | null;
                        clientExtensionResults: {
                            [key: string]: unknown;
                        };
                        response: {
                            clientDataJSON: string;
                            attestationObject: string;
                            authenticatorData?: string;
                            transports?: string[];
                            publicKeyAlgorithm?: number;
                            publicKey?: string | null;
                        };
                    };
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        organisation: string;
                        person: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    invitePerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        url: string;
                        expires: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listIdentityProviders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            name: string;
                            issuer: string;
                            clientId: string;
                            algorithms: ("RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA" | "Ed25519")[];
                            groupsClaim: string;
                            groups: {
                                group: string;
                                roles: ("reader" | "writer" | "admin" | "auditor")[];
                                teams: string[];
                                groups: string[];
                            }[];
                            createPeople: boolean;
                            linkByVerifiedEmail: boolean;
                            isOut: boolean;
                            failingSince?: number;
                        }[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginProviderSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        url: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endProviderSignIn: {
        parameters: {
            query?: {
                code?: string;
                state?: string;
                iss?: string;
                error?: string;
                error_description?: string;
                error_uri?: string;
                session_state?: string;
                scope?: string;
                authuser?: string;
                hd?: string;
                prompt?: string;
            };
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    allowEmergencyAccess: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                person: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    until: number;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        person: string;
                        until: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endEmergencyAccess: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createEmergencyCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        codes: string[];
                        expires: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signInForEmergency: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    codes: string[];
                    words: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        organisation: string;
                        person: string;
                        emergency: string;
                        until: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEmergencyAccess: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        providers: {
                            id: string;
                            isOut: boolean;
                            failingSince?: number;
                        }[];
                        people: {
                            person: string;
                            until: number;
                            codes: number;
                        }[];
                        open: string[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEmergencies: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            person: string;
                            second?: string;
                            /** @enum {string} */
                            cause: "outage" | "two_people";
                            provider?: string;
                            words: string;
                            at: number;
                            until: number;
                            /** @enum {string} */
                            status: "open" | "reviewed";
                            reviewed?: {
                                by: string;
                                at: number;
                                words: string;
                            };
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEmergency: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                emergency: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        person: string;
                        second?: string;
                        /** @enum {string} */
                        cause: "outage" | "two_people";
                        provider?: string;
                        words: string;
                        at: number;
                        until: number;
                        /** @enum {string} */
                        status: "open" | "reviewed";
                        reviewed?: {
                            by: string;
                            at: number;
                            words: string;
                        };
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reviewEmergency: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                emergency: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    words: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        person: string;
                        second?: string;
                        /** @enum {string} */
                        cause: "outage" | "two_people";
                        provider?: string;
                        words: string;
                        at: number;
                        until: number;
                        /** @enum {string} */
                        status: "open" | "reviewed";
                        reviewed?: {
                            by: string;
                            at: number;
                            words: string;
                        };
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginDeviceLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    host: string;
                    /** @default [] */
                    roles?: ("reader" | "writer" | "admin" | "auditor")[];
                    /** @default 30 */
                    days?: number;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        device_code: string;
                        user_code: string;
                        verification_uri: string;
                        verification_uri_complete: string;
                        expires_in: number;
                        interval: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pollDeviceLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    device_code: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        token: string;
                        name: string;
                        roles: ("reader" | "writer" | "admin" | "auditor")[];
                        expires: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    viewDeviceLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    user_code: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        host: string;
                        address?: string;
                        roles: ("reader" | "writer" | "admin" | "auditor")[];
                        days: number;
                        created: number;
                        expires: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    answerDeviceLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    user_code: string;
                    /** @enum {string} */
                    answer: "approve" | "deny";
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        answer: "approve" | "deny";
                        host: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeDeviceLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                    token_type_hint?: string;
                };
            };
        };
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        organisation: {
                            id: string;
                            name: string;
                        };
                        name: string;
                        email?: string;
                        roles: ("reader" | "writer" | "admin" | "auditor" | "emergency")[];
                        teams: string[];
                        groups: string[];
                        credential: {
                            /** @enum {string} */
                            kind: "session" | "token";
                            id: string;
                        };
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOrganisation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeOrganisation: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPeople: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                status?: "invited" | "active" | "suspended";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            name: string;
                            email?: string;
                            identity?: {
                                issuer: string;
                                subject: string;
                            };
                            roles: ("reader" | "writer" | "admin" | "auditor")[];
                            teams: string[];
                            groups: string[];
                            /** @enum {string} */
                            status: "invited" | "active" | "suspended";
                            created: number;
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createPerson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** Format: email */
                    email?: string;
                    roles: ("reader" | "writer" | "admin" | "auditor")[];
                    /** @default [] */
                    teams?: string[];
                    /** @default [] */
                    groups?: string[];
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        email?: string;
                        identity?: {
                            issuer: string;
                            subject: string;
                        };
                        roles: ("reader" | "writer" | "admin" | "auditor")[];
                        teams: string[];
                        groups: string[];
                        /** @enum {string} */
                        status: "invited" | "active" | "suspended";
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        email?: string;
                        identity?: {
                            issuer: string;
                            subject: string;
                        };
                        roles: ("reader" | "writer" | "admin" | "auditor")[];
                        teams: string[];
                        groups: string[];
                        /** @enum {string} */
                        status: "invited" | "active" | "suspended";
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removePerson: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changePerson: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                person: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    /** Format: email */
                    email?: string;
                    roles?: ("reader" | "writer" | "admin" | "auditor")[];
                    teams?: string[];
                    groups?: string[];
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        email?: string;
                        identity?: {
                            issuer: string;
                            subject: string;
                        };
                        roles: ("reader" | "writer" | "admin" | "auditor")[];
                        teams: string[];
                        groups: string[];
                        /** @enum {string} */
                        status: "invited" | "active" | "suspended";
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    suspendPerson: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        email?: string;
                        identity?: {
                            issuer: string;
                            subject: string;
                        };
                        roles: ("reader" | "writer" | "admin" | "auditor")[];
                        teams: string[];
                        groups: string[];
                        /** @enum {string} */
                        status: "invited" | "active" | "suspended";
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumePerson: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        email?: string;
                        identity?: {
                            issuer: string;
                            subject: string;
                        };
                        roles: ("reader" | "writer" | "admin" | "auditor")[];
                        teams: string[];
                        groups: string[];
                        /** @enum {string} */
                        status: "invited" | "active" | "suspended";
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTeams: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            name: string;
                            created: number;
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTeam: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTeam: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeTeam: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeTeam: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listGroups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            name: string;
                            people: string[];
                        }[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listenToEvents: {
        parameters: {
            query?: {
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listStops: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                status?: "in_force" | "lifted";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            /** @enum {string} */
                            scope: "agent" | "team" | "server" | "tool" | "all";
                            target: string;
                            /** @enum {string} */
                            reason: "behavioural_drift" | "rate_limit" | "ring_breach" | "manual" | "quarantine_timeout" | "session_timeout";
                            words: string;
                            placedBy: string;
                            placed: number;
                            /** @enum {string} */
                            status: "in_force" | "lifted";
                            lifted?: {
                                by: string;
                                at: number;
                                words: string;
                            };
                            drillUntil?: number;
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    placeStop: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    scope: "agent" | "team" | "server" | "tool" | "all";
                    /** @default * */
                    target?: string;
                    /**
                     * @default manual
                     * @enum {string}
                     */
                    reason?: "behavioural_drift" | "rate_limit" | "ring_breach" | "manual" | "quarantine_timeout" | "session_timeout";
                    words: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        scope: "agent" | "team" | "server" | "tool" | "all";
                        target: string;
                        /** @enum {string} */
                        reason: "behavioural_drift" | "rate_limit" | "ring_breach" | "manual" | "quarantine_timeout" | "session_timeout";
                        words: string;
                        placedBy: string;
                        placed: number;
                        /** @enum {string} */
                        status: "in_force" | "lifted";
                        lifted?: {
                            by: string;
                            at: number;
                            words: string;
                        };
                        drillUntil?: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStop: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                stop: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        scope: "agent" | "team" | "server" | "tool" | "all";
                        target: string;
                        /** @enum {string} */
                        reason: "behavioural_drift" | "rate_limit" | "ring_breach" | "manual" | "quarantine_timeout" | "session_timeout";
                        words: string;
                        placedBy: string;
                        placed: number;
                        /** @enum {string} */
                        status: "in_force" | "lifted";
                        lifted?: {
                            by: string;
                            at: number;
                            words: string;
                        };
                        drillUntil?: number;
                        reach: {
                            nodes: number;
                            reached: number;
                            p50Ms?: number;
                            p99Ms?: number;
                            effects: {
                                node: string;
                                at: number;
                                ms: number;
                            }[];
                        };
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    liftStop: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                stop: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    words: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        scope: "agent" | "team" | "server" | "tool" | "all";
                        target: string;
                        /** @enum {string} */
                        reason: "behavioural_drift" | "rate_limit" | "ring_breach" | "manual" | "quarantine_timeout" | "session_timeout";
                        words: string;
                        placedBy: string;
                        placed: number;
                        /** @enum {string} */
                        status: "in_force" | "lifted";
                        lifted?: {
                            by: string;
                            at: number;
                            words: string;
                        };
                        drillUntil?: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startDrill: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default a drill: nothing is stopped */
                    words?: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        scope: "agent" | "team" | "server" | "tool" | "all";
                        target: string;
                        /** @enum {string} */
                        reason: "behavioural_drift" | "rate_limit" | "ring_breach" | "manual" | "quarantine_timeout" | "session_timeout";
                        words: string;
                        placedBy: string;
                        placed: number;
                        /** @enum {string} */
                        status: "in_force" | "lifted";
                        lifted?: {
                            by: string;
                            at: number;
                            words: string;
                        };
                        drillUntil?: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listStopRules: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            name: string;
                            /** @enum {string} */
                            measure: "denials" | "errors" | "decisions";
                            share: number;
                            least: number;
                            /** @enum {string} */
                            reason: "behavioural_drift" | "rate_limit" | "ring_breach" | "manual" | "quarantine_timeout" | "session_timeout";
                            /** @enum {string} */
                            status: "on" | "off";
                            id: string;
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createStopRule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @enum {string} */
                    measure: "denials" | "errors" | "decisions";
                    share: number;
                    least: number;
                    /** @enum {string} */
                    reason: "behavioural_drift" | "rate_limit" | "ring_breach" | "manual" | "quarantine_timeout" | "session_timeout";
                    /**
                     * @default on
                     * @enum {string}
                     */
                    status?: "on" | "off";
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /** @enum {string} */
                        measure: "denials" | "errors" | "decisions";
                        share: number;
                        least: number;
                        /** @enum {string} */
                        reason: "behavioural_drift" | "rate_limit" | "ring_breach" | "manual" | "quarantine_timeout" | "session_timeout";
                        /** @enum {string} */
                        status: "on" | "off";
                        id: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStopRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                rule: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /** @enum {string} */
                        measure: "denials" | "errors" | "decisions";
                        share: number;
                        least: number;
                        /** @enum {string} */
                        reason: "behavioural_drift" | "rate_limit" | "ring_breach" | "manual" | "quarantine_timeout" | "session_timeout";
                        /** @enum {string} */
                        status: "on" | "off";
                        id: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeStopRule: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                rule: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @enum {string} */
                    measure: "denials" | "errors" | "decisions";
                    share: number;
                    least: number;
                    /** @enum {string} */
                    reason: "behavioural_drift" | "rate_limit" | "ring_breach" | "manual" | "quarantine_timeout" | "session_timeout";
                    /** @enum {string} */
                    status: "on" | "off";
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /** @enum {string} */
                        measure: "denials" | "errors" | "decisions";
                        share: number;
                        least: number;
                        /** @enum {string} */
                        reason: "behavioural_drift" | "rate_limit" | "ring_breach" | "manual" | "quarantine_timeout" | "session_timeout";
                        /** @enum {string} */
                        status: "on" | "off";
                        id: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeStopRule: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                rule: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAlerts: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                status?: "open" | "acknowledged" | "closed";
                severity?: "info" | "low" | "medium" | "high" | "critical";
                team?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            /** @enum {string} */
                            severity: "info" | "low" | "medium" | "high" | "critical";
                            /** @enum {string} */
                            source: "rule" | "node" | "retention" | "export" | "witness" | "rollout" | "person" | "emergency";
                            key: string;
                            text: string;
                            team?: string;
                            node?: string;
                            raised: number;
                            /** @enum {string} */
                            status: "open" | "acknowledged" | "closed";
                            acknowledged?: {
                                by: string;
                                at: number;
                                words: string;
                            };
                            closed?: number;
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    raiseAlert: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    severity: "info" | "low" | "medium" | "high" | "critical";
                    text: string;
                    team?: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        severity: "info" | "low" | "medium" | "high" | "critical";
                        /** @enum {string} */
                        source: "rule" | "node" | "retention" | "export" | "witness" | "rollout" | "person" | "emergency";
                        key: string;
                        text: string;
                        team?: string;
                        node?: string;
                        raised: number;
                        /** @enum {string} */
                        status: "open" | "acknowledged" | "closed";
                        acknowledged?: {
                            by: string;
                            at: number;
                            words: string;
                        };
                        closed?: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                alert: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        severity: "info" | "low" | "medium" | "high" | "critical";
                        /** @enum {string} */
                        source: "rule" | "node" | "retention" | "export" | "witness" | "rollout" | "person" | "emergency";
                        key: string;
                        text: string;
                        team?: string;
                        node?: string;
                        raised: number;
                        /** @enum {string} */
                        status: "open" | "acknowledged" | "closed";
                        acknowledged?: {
                            by: string;
                            at: number;
                            words: string;
                        };
                        closed?: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acknowledgeAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                alert: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    words: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        severity: "info" | "low" | "medium" | "high" | "critical";
                        /** @enum {string} */
                        source: "rule" | "node" | "retention" | "export" | "witness" | "rollout" | "person" | "emergency";
                        key: string;
                        text: string;
                        team?: string;
                        node?: string;
                        raised: number;
                        /** @enum {string} */
                        status: "open" | "acknowledged" | "closed";
                        acknowledged?: {
                            by: string;
                            at: number;
                            words: string;
                        };
                        closed?: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getNodeStops: {
        parameters: {
            query?: {
                wait?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            stop: string;
                            /** @enum {string} */
                            scope: "agent" | "team" | "server" | "tool" | "all";
                            target: string;
                            /** @enum {string} */
                            reason: "behavioural_drift" | "rate_limit" | "ring_breach" | "manual" | "quarantine_timeout" | "session_timeout";
                            words: string;
                        }[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listenAsNode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPolicyVersions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            name: string;
                            hash: string;
                            policyHash: string;
                            authors: string[];
                            source: {
                                /** @enum {string} */
                                kind: "draft" | "git";
                                ref?: string;
                            };
                            note?: string;
                            cases: {
                                passed: number;
                                failed: number;
                            };
                            created: number;
                            /** @enum {string} */
                            status: "in_review" | "approved" | "rejected";
                            replay?: {
                                report: string;
                                same: number;
                                differs: number;
                                others: number;
                                by: string;
                                at: number;
                            };
                            rule: {
                                reviewers: number;
                                groups: string[];
                                teams: string[];
                            };
                            missing: number;
                            reviews: {
                                person: string;
                                /** @enum {string} */
                                verdict: "approve" | "reject";
                                reason?: string;
                                at: number;
                            }[];
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createPolicyVersion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    files: {
                        path: string;
                        text: string;
                    }[];
                    ref?: string;
                    note?: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        hash: string;
                        policyHash: string;
                        authors: string[];
                        source: {
                            /** @enum {string} */
                            kind: "draft" | "git";
                            ref?: string;
                        };
                        note?: string;
                        cases: {
                            passed: number;
                            failed: number;
                        };
                        created: number;
                        /** @enum {string} */
                        status: "in_review" | "approved" | "rejected";
                        replay?: {
                            report: string;
                            same: number;
                            differs: number;
                            others: number;
                            by: string;
                            at: number;
                        };
                        rule: {
                            reviewers: number;
                            groups: string[];
                            teams: string[];
                        };
                        missing: number;
                        reviews: {
                            person: string;
                            /** @enum {string} */
                            verdict: "approve" | "reject";
                            reason?: string;
                            at: number;
                        }[];
                        failures: {
                            name: string;
                            failures: string[];
                        }[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPolicyVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        hash: string;
                        policyHash: string;
                        authors: string[];
                        source: {
                            /** @enum {string} */
                            kind: "draft" | "git";
                            ref?: string;
                        };
                        note?: string;
                        cases: {
                            passed: number;
                            failed: number;
                        };
                        created: number;
                        /** @enum {string} */
                        status: "in_review" | "approved" | "rejected";
                        replay?: {
                            report: string;
                            same: number;
                            differs: number;
                            others: number;
                            by: string;
                            at: number;
                        };
                        rule: {
                            reviewers: number;
                            groups: string[];
                            teams: string[];
                        };
                        missing: number;
                        reviews: {
                            person: string;
                            /** @enum {string} */
                            verdict: "approve" | "reject";
                            reason?: string;
                            at: number;
                        }[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPolicyVersionFiles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        hash: string;
                        files: {
                            path: string;
                            text: string;
                        }[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPolicyReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        groups: {
                            from: string;
                            to: string;
                            fields: string[];
                            before: string[];
                            after: string[];
                            count: number;
                        }[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putPolicyReplay: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    policyHash: string;
                    same: number;
                    differs: number;
                    erased: number;
                    sealed: number;
                    unasked: number;
                    unrecorded: number;
                    otherSchema: number;
                    groups: {
                        from: string;
                        to: string;
                        fields: string[];
                        before: string[];
                        after: string[];
                        count: number;
                    }[];
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        hash: string;
                        policyHash: string;
                        authors: string[];
                        source: {
                            /** @enum {string} */
                            kind: "draft" | "git";
                            ref?: string;
                        };
                        note?: string;
                        cases: {
                            passed: number;
                            failed: number;
                        };
                        created: number;
                        /** @enum {string} */
                        status: "in_review" | "approved" | "rejected";
                        replay?: {
                            report: string;
                            same: number;
                            differs: number;
                            others: number;
                            by: string;
                            at: number;
                        };
                        rule: {
                            reviewers: number;
                            groups: string[];
                            teams: string[];
                        };
                        missing: number;
                        reviews: {
                            person: string;
                            /** @enum {string} */
                            verdict: "approve" | "reject";
                            reason?: string;
                            at: number;
                        }[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reviewPolicyVersion: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    verdict: "approve" | "reject";
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        hash: string;
                        policyHash: string;
                        authors: string[];
                        source: {
                            /** @enum {string} */
                            kind: "draft" | "git";
                            ref?: string;
                        };
                        note?: string;
                        cases: {
                            passed: number;
                            failed: number;
                        };
                        created: number;
                        /** @enum {string} */
                        status: "in_review" | "approved" | "rejected";
                        replay?: {
                            report: string;
                            same: number;
                            differs: number;
                            others: number;
                            by: string;
                            at: number;
                        };
                        rule: {
                            reviewers: number;
                            groups: string[];
                            teams: string[];
                        };
                        missing: number;
                        reviews: {
                            person: string;
                            /** @enum {string} */
                            verdict: "approve" | "reject";
                            reason?: string;
                            at: number;
                        }[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkPolicies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    files: {
                        path: string;
                        text: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        problems: {
                            code: string;
                            message: string;
                            file?: string;
                            line?: number;
                            column?: number;
                            text?: string;
                            hint?: string;
                            policy?: string;
                        }[];
                        warnings: {
                            code: string;
                            message: string;
                            file?: string;
                            line?: number;
                            column?: number;
                            text?: string;
                            hint?: string;
                            policy?: string;
                        }[];
                        policies: {
                            id: string;
                            effect: string;
                            file: string;
                            line: number;
                        }[];
                        cases: {
                            name: string;
                            passed: boolean;
                            failures: string[];
                        }[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReviewRule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        reviewers: number;
                        groups: string[];
                        teams: string[];
                        loosened?: {
                            by: string;
                            from: {
                                reviewers: number;
                                groups: string[];
                                teams: string[];
                            };
                        };
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setReviewRule: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reviewers: number;
                    groups: string[];
                    teams: string[];
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        reviewers: number;
                        groups: string[];
                        teams: string[];
                        loosened?: {
                            by: string;
                            from: {
                                reviewers: number;
                                groups: string[];
                                teams: string[];
                            };
                        };
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPolicyTexts: {
        parameters: {
            query: {
                set: string;
                hashes: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        version?: {
                            id: string;
                            name: string;
                            created: number;
                        };
                        items: {
                            contentHash: string;
                            id: string;
                            /** @enum {string} */
                            effect: "permit" | "forbid";
                            file: string;
                            line: number;
                            text: string;
                            conditions: {
                                start: number;
                                end: number;
                                truth: boolean;
                            }[];
                        }[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBundleAnchors: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            name: string;
                            key: string;
                            created: number;
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createBundleAnchor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    key: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        key: string;
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeBundleAnchor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                anchor: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBundles: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            environment: string;
                            team?: string;
                            version: number;
                            hash: string;
                            policyVersion: string;
                            policyHash: string;
                            created: number;
                            maxAge: number;
                            /** @enum {string} */
                            offline: "fail_closed" | "cached_with_expiry" | "cached_indefinite" | "default_policy";
                            signers: string[];
                            uploadedBy: string;
                            uploaded: number;
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createBundle: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    policyVersion: string;
                    envelope: {
                        payloadType: string;
                        payload: string;
                        signatures: {
                            keyid: string;
                            sig: string;
                        }[];
                    };
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        environment: string;
                        team?: string;
                        version: number;
                        hash: string;
                        policyVersion: string;
                        policyHash: string;
                        created: number;
                        maxAge: number;
                        /** @enum {string} */
                        offline: "fail_closed" | "cached_with_expiry" | "cached_indefinite" | "default_policy";
                        signers: string[];
                        uploadedBy: string;
                        uploaded: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBundle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bundle: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        environment: string;
                        team?: string;
                        version: number;
                        hash: string;
                        policyVersion: string;
                        policyHash: string;
                        created: number;
                        maxAge: number;
                        /** @enum {string} */
                        offline: "fail_closed" | "cached_with_expiry" | "cached_indefinite" | "default_policy";
                        signers: string[];
                        uploadedBy: string;
                        uploaded: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBundleEnvelope: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bundle: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getNodeBundle: {
        parameters: {
            query?: {
                wait?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRollouts: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            environment: string;
                            team?: string;
                            latest: {
                                bundle: string;
                                version: number;
                                hash: string;
                            };
                            stable?: string;
                            candidate?: {
                                bundle: string;
                                /** @enum {string} */
                                stage: "shadow" | "canary";
                                share: number;
                                fallback?: string;
                                since: number;
                                startedBy: string;
                            };
                            stopped?: {
                                bundle: string;
                                reason: string;
                                by: string;
                                at: number;
                            };
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRollout: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                rollout: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        environment: string;
                        team?: string;
                        latest: {
                            bundle: string;
                            version: number;
                            hash: string;
                        };
                        stable?: string;
                        candidate?: {
                            bundle: string;
                            /** @enum {string} */
                            stage: "shadow" | "canary";
                            share: number;
                            fallback?: string;
                            since: number;
                            startedBy: string;
                        };
                        stopped?: {
                            bundle: string;
                            reason: string;
                            by: string;
                            at: number;
                        };
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stepRollout: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                rollout: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    step: "start";
                    bundle: string;
                    /** @enum {string} */
                    stage: "shadow" | "canary" | "full";
                    share?: number;
                    fallback?: string;
                } | {
                    /** @constant */
                    step: "advance";
                    /** @enum {string} */
                    stage: "canary" | "full";
                    share?: number;
                    fallback?: string;
                } | {
                    /** @constant */
                    step: "stop";
                    reason: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        environment: string;
                        team?: string;
                        latest: {
                            bundle: string;
                            version: number;
                            hash: string;
                        };
                        stable?: string;
                        candidate?: {
                            bundle: string;
                            /** @enum {string} */
                            stage: "shadow" | "canary";
                            share: number;
                            fallback?: string;
                            since: number;
                            startedBy: string;
                        };
                        stopped?: {
                            bundle: string;
                            reason: string;
                            by: string;
                            at: number;
                        };
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApprovals: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                view?: "mine" | "all" | "history";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            hold: string;
                            node: string;
                            agent: string;
                            method: string;
                            targets: {
                                action: string;
                                type: string;
                                id: string;
                                server?: string;
                            }[];
                            policies: {
                                id: string;
                                contentHash: string;
                                approvers: string[];
                                quorum: number;
                            }[];
                            /** @enum {string} */
                            status: "waiting" | "approved" | "denied" | "withdrawn" | "used" | "expired";
                            created: number;
                            expires: number;
                            escalated?: number;
                            answers: number;
                            standsInFor?: string[];
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getApproval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                approval: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        node: string;
                        hold: string;
                        logNode: string;
                        agent: string;
                        chain: string[];
                        person?: string;
                        method: string;
                        targets: {
                            action: string;
                            type: string;
                            id: string;
                            server?: string;
                        }[];
                        args?: {
                            [key: string]: unknown;
                        };
                        isChanged: boolean;
                        masked: number;
                        labels: string[];
                        policies: {
                            id: string;
                            contentHash: string;
                            approvers: string[];
                            quorum: number;
                        }[];
                        reasons: string[];
                        digest: string;
                        policyHash: string;
                        digested?: {
                            tenant: string;
                            session: string;
                            /** @enum {string} */
                            initiator: "agent" | "server" | "operator";
                            /** @enum {string} */
                            phase: "list" | "call" | "result";
                            definitionPin?: string;
                        };
                        requesters: string[];
                        created: number;
                        expires: number;
                        /** @enum {string} */
                        status: "waiting" | "approved" | "denied" | "withdrawn" | "used" | "expired";
                        answers: {
                            person: string;
                            /** @enum {string} */
                            answer: "approve" | "deny";
                            /** @enum {string} */
                            method: "key" | "passkey" | "server";
                            keyId: string;
                            at: number;
                            reason?: string;
                            /** @enum {string} */
                            refused?: "unknown_key" | "invalid" | "expired" | "not_entitled";
                        }[];
                        escalated?: number;
                        ended?: number;
                        recent: {
                            id: string;
                            targets: {
                                action: string;
                                type: string;
                                id: string;
                                server?: string;
                            }[];
                            /** @enum {string} */
                            status: "waiting" | "approved" | "denied" | "withdrawn" | "used" | "expired";
                            created: number;
                        }[];
                        you: {
                            /** @enum {string} */
                            standing: "may" | "requester" | "other-group" | "unshown" | "answered" | "role";
                            lifts: string[];
                            isAttested: boolean;
                            slowed?: {
                                /** @enum {string} */
                                level: "slow" | "reroute";
                                until: number;
                                reasons: ("rate" | "speed" | "uniformity")[];
                            };
                        };
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    answerApproval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                approval: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    statement?: string;
                    signature?: string;
                    passkey?: {
                        authenticatorData: string;
                        clientDataJSON: string;
                        signature: string;
                    };
                    attested?: {
                        /** @enum {string} */
                        answer: "approve" | "deny";
                        reason?: string;
                    };
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        hold: string;
                        node: string;
                        agent: string;
                        method: string;
                        targets: {
                            action: string;
                            type: string;
                            id: string;
                            server?: string;
                        }[];
                        policies: {
                            id: string;
                            contentHash: string;
                            approvers: string[];
                            quorum: number;
                        }[];
                        /** @enum {string} */
                        status: "waiting" | "approved" | "denied" | "withdrawn" | "used" | "expired";
                        created: number;
                        expires: number;
                        escalated?: number;
                        answers: number;
                        standsInFor?: string[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tellHold: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    hold: string;
                    logNode: string;
                    agent: string;
                    chain: string[];
                    person?: string;
                    method: string;
                    targets: {
                        action: string;
                        type: string;
                        id: string;
                        server?: string;
                    }[];
                    args?: {
                        [key: string]: unknown;
                    };
                    isChanged: boolean;
                    masked: number;
                    labels: string[];
                    policies: {
                        id: string;
                        contentHash: string;
                        approvers: string[];
                        quorum: number;
                    }[];
                    reasons: string[];
                    digest: string;
                    policyHash: string;
                    digested?: {
                        tenant: string;
                        session: string;
                        /** @enum {string} */
                        initiator: "agent" | "server" | "operator";
                        /** @enum {string} */
                        phase: "list" | "call" | "result";
                        definitionPin?: string;
                    };
                    requesters: string[];
                    created: number;
                    expires: number;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        status: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endHold: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                approval: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    status: "withdrawn" | "used" | "denied";
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        status: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refuseAnswer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                approval: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    keyId: string;
                    /** @enum {string} */
                    why: "unknown_key" | "invalid" | "expired" | "not_entitled";
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        status: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAnswers: {
        parameters: {
            query?: {
                after?: number;
                wait?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            hold: string;
                            answers: {
                                /** @enum {string} */
                                answer: "approve" | "deny";
                                keyId: string;
                                statement: string;
                                signature: string;
                            }[];
                        }[];
                        next: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApproverKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @enum {string} */
                            method: "key" | "passkey";
                            keyId: string;
                            key: string;
                            id?: string;
                            passkey?: {
                                credential: string;
                                name: string;
                            };
                        }[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addApproverKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    key: string;
                    signature: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        method: "key" | "passkey";
                        keyId: string;
                        key: string;
                        id: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeApproverKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApprovers: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            name: string;
                            groups: string[];
                            keys: {
                                /** @enum {string} */
                                method: "key" | "passkey";
                                keyId: string;
                                key: string;
                            }[];
                            person?: string;
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDelegations: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            from: string;
                            to: string;
                            start: number;
                            until: number;
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delegate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    to: string;
                    start?: number;
                    until: number;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        from: string;
                        to: string;
                        start: number;
                        until: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endDelegation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                delegation: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listChannels: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            name: string;
                            channel: {
                                name: string;
                                isEnabled: boolean;
                                topics: ("approvals" | "alerts")[];
                                teams: string[];
                                /** @enum {string} */
                                leastSeverity: "info" | "low" | "medium" | "high" | "critical";
                                target: {
                                    /** @constant */
                                    kind: "webhook";
                                    /** Format: uri */
                                    url: string;
                                    secret: string;
                                } | {
                                    /** @constant */
                                    kind: "slack";
                                    secret: string;
                                } | {
                                    /** @constant */
                                    kind: "smtp";
                                    host: string;
                                    port: number;
                                    /** @enum {string} */
                                    security: "tls" | "starttls";
                                    /** Format: email */
                                    from: string;
                                    to: string[];
                                    user?: string;
                                    secret?: string;
                                };
                            };
                            created: number;
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createChannel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    isEnabled: boolean;
                    topics: ("approvals" | "alerts")[];
                    teams: string[];
                    /** @enum {string} */
                    leastSeverity: "info" | "low" | "medium" | "high" | "critical";
                    target: {
                        /** @constant */
                        kind: "webhook";
                        /** Format: uri */
                        url: string;
                        secret: string;
                    } | {
                        /** @constant */
                        kind: "slack";
                        secret: string;
                    } | {
                        /** @constant */
                        kind: "smtp";
                        host: string;
                        port: number;
                        /** @enum {string} */
                        security: "tls" | "starttls";
                        /** Format: email */
                        from: string;
                        to: string[];
                        user?: string;
                        secret?: string;
                    };
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        channel: {
                            name: string;
                            isEnabled: boolean;
                            topics: ("approvals" | "alerts")[];
                            teams: string[];
                            /** @enum {string} */
                            leastSeverity: "info" | "low" | "medium" | "high" | "critical";
                            target: {
                                /** @constant */
                                kind: "webhook";
                                /** Format: uri */
                                url: string;
                                secret: string;
                            } | {
                                /** @constant */
                                kind: "slack";
                                secret: string;
                            } | {
                                /** @constant */
                                kind: "smtp";
                                host: string;
                                port: number;
                                /** @enum {string} */
                                security: "tls" | "starttls";
                                /** Format: email */
                                from: string;
                                to: string[];
                                user?: string;
                                secret?: string;
                            };
                        };
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        channel: {
                            name: string;
                            isEnabled: boolean;
                            topics: ("approvals" | "alerts")[];
                            teams: string[];
                            /** @enum {string} */
                            leastSeverity: "info" | "low" | "medium" | "high" | "critical";
                            target: {
                                /** @constant */
                                kind: "webhook";
                                /** Format: uri */
                                url: string;
                                secret: string;
                            } | {
                                /** @constant */
                                kind: "slack";
                                secret: string;
                            } | {
                                /** @constant */
                                kind: "smtp";
                                host: string;
                                port: number;
                                /** @enum {string} */
                                security: "tls" | "starttls";
                                /** Format: email */
                                from: string;
                                to: string[];
                                user?: string;
                                secret?: string;
                            };
                        };
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceChannel: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                channel: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    isEnabled: boolean;
                    topics: ("approvals" | "alerts")[];
                    teams: string[];
                    /** @enum {string} */
                    leastSeverity: "info" | "low" | "medium" | "high" | "critical";
                    target: {
                        /** @constant */
                        kind: "webhook";
                        /** Format: uri */
                        url: string;
                        secret: string;
                    } | {
                        /** @constant */
                        kind: "slack";
                        secret: string;
                    } | {
                        /** @constant */
                        kind: "smtp";
                        host: string;
                        port: number;
                        /** @enum {string} */
                        security: "tls" | "starttls";
                        /** Format: email */
                        from: string;
                        to: string[];
                        user?: string;
                        secret?: string;
                    };
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        channel: {
                            name: string;
                            isEnabled: boolean;
                            topics: ("approvals" | "alerts")[];
                            teams: string[];
                            /** @enum {string} */
                            leastSeverity: "info" | "low" | "medium" | "high" | "critical";
                            target: {
                                /** @constant */
                                kind: "webhook";
                                /** Format: uri */
                                url: string;
                                secret: string;
                            } | {
                                /** @constant */
                                kind: "slack";
                                secret: string;
                            } | {
                                /** @constant */
                                kind: "smtp";
                                host: string;
                                port: number;
                                /** @enum {string} */
                                security: "tls" | "starttls";
                                /** Format: email */
                                from: string;
                                to: string[];
                                user?: string;
                                secret?: string;
                            };
                        };
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeChannel: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                channel: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            event: number;
                            status: string;
                            attempts: number;
                            error?: string;
                        }[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAgents: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                status?: "active" | "suspended" | "removed";
                team?: string;
                owner?: string;
                due?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            name: string;
                            owner: string;
                            team?: string;
                            purpose: string;
                            tools: string[];
                            dataClasses: string[];
                            credentials: {
                                name: string;
                                reference: string;
                            }[];
                            model?: string;
                            reviewDue: number;
                            isReviewDue: boolean;
                            reviewed?: {
                                at: number;
                                by: string;
                            };
                            /** @enum {string} */
                            status: "active" | "suspended" | "removed";
                            reason?: string;
                            created: number;
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createAgent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    owner: string;
                    team?: string;
                    purpose: string;
                    tools: string[];
                    dataClasses: string[];
                    credentials: {
                        name: string;
                        reference: string;
                    }[];
                    model?: string;
                    reviewDue: number;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        owner: string;
                        team?: string;
                        purpose: string;
                        tools: string[];
                        dataClasses: string[];
                        credentials: {
                            name: string;
                            reference: string;
                        }[];
                        model?: string;
                        reviewDue: number;
                        isReviewDue: boolean;
                        reviewed?: {
                            at: number;
                            by: string;
                        };
                        /** @enum {string} */
                        status: "active" | "suspended" | "removed";
                        reason?: string;
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAgentEntities: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entities: {
                            [key: string]: unknown;
                        }[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        owner: string;
                        team?: string;
                        purpose: string;
                        tools: string[];
                        dataClasses: string[];
                        credentials: {
                            name: string;
                            reference: string;
                        }[];
                        model?: string;
                        reviewDue: number;
                        isReviewDue: boolean;
                        reviewed?: {
                            at: number;
                            by: string;
                        };
                        /** @enum {string} */
                        status: "active" | "suspended" | "removed";
                        reason?: string;
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeAgent: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                agent: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    owner: string;
                    team?: string;
                    purpose: string;
                    tools: string[];
                    dataClasses: string[];
                    credentials: {
                        name: string;
                        reference: string;
                    }[];
                    model?: string;
                    reviewDue: number;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        owner: string;
                        team?: string;
                        purpose: string;
                        tools: string[];
                        dataClasses: string[];
                        credentials: {
                            name: string;
                            reference: string;
                        }[];
                        model?: string;
                        reviewDue: number;
                        isReviewDue: boolean;
                        reviewed?: {
                            at: number;
                            by: string;
                        };
                        /** @enum {string} */
                        status: "active" | "suspended" | "removed";
                        reason?: string;
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeAgent: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                agent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAgentPage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        may: {
                            environment: string;
                            team?: string;
                            bundle: string;
                            version: number;
                            policyHash: string;
                            policyVersion: string;
                        }[];
                        nodes: {
                            id: string;
                            name: string;
                            status: string;
                            isStale: boolean;
                            policyHash?: string;
                            decisions: {
                                policyHash: string;
                                allowed: number;
                                refused: number;
                                errors: number;
                            }[];
                        }[];
                        did?: {
                            id: string;
                            receipt: string;
                            node: string;
                            kind: string;
                            verdict?: string;
                            outcome?: string;
                            code?: string;
                            method?: string;
                            policyHash?: string;
                            policies?: string[];
                            decisionOf?: string;
                            tookUs?: number;
                            gives?: string[];
                            costMicros?: number;
                            time: number;
                            isDisclosed: boolean;
                            agent?: string;
                            person?: string;
                            session?: string;
                            tool?: string;
                            labels?: string[];
                        }[];
                        approvals?: {
                            id: string;
                            status: string;
                            answers: {
                                person: string;
                                answer: string;
                                at: number;
                            }[];
                        }[];
                        changes?: {
                            index: number;
                            at: number;
                            action: string;
                            /** @enum {string} */
                            actor: "person" | "token" | "node" | "rule" | "server";
                            by?: string;
                        }[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reviewAgent: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                agent: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reviewDue: number;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        owner: string;
                        team?: string;
                        purpose: string;
                        tools: string[];
                        dataClasses: string[];
                        credentials: {
                            name: string;
                            reference: string;
                        }[];
                        model?: string;
                        reviewDue: number;
                        isReviewDue: boolean;
                        reviewed?: {
                            at: number;
                            by: string;
                        };
                        /** @enum {string} */
                        status: "active" | "suspended" | "removed";
                        reason?: string;
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    suspendAgent: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                agent: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        owner: string;
                        team?: string;
                        purpose: string;
                        tools: string[];
                        dataClasses: string[];
                        credentials: {
                            name: string;
                            reference: string;
                        }[];
                        model?: string;
                        reviewDue: number;
                        isReviewDue: boolean;
                        reviewed?: {
                            at: number;
                            by: string;
                        };
                        /** @enum {string} */
                        status: "active" | "suspended" | "removed";
                        reason?: string;
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeAgent: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                agent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        owner: string;
                        team?: string;
                        purpose: string;
                        tools: string[];
                        dataClasses: string[];
                        credentials: {
                            name: string;
                            reference: string;
                        }[];
                        model?: string;
                        reviewDue: number;
                        isReviewDue: boolean;
                        reviewed?: {
                            at: number;
                            by: string;
                        };
                        /** @enum {string} */
                        status: "active" | "suspended" | "removed";
                        reason?: string;
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEnrolments: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            name: string;
                            environment: string;
                            team?: string;
                            agent?: string;
                            created: number;
                            expires: number;
                            createdBy?: string;
                            /** @enum {string} */
                            status: "open" | "used" | "revoked" | "expired";
                            node?: string;
                            seenAgain?: number;
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createEnrolment: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    environment: string;
                    team?: string;
                    agent?: string;
                    /** @default 60 */
                    minutes?: number;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        environment: string;
                        team?: string;
                        agent?: string;
                        created: number;
                        expires: number;
                        createdBy?: string;
                        /** @enum {string} */
                        status: "open" | "used" | "revoked" | "expired";
                        node?: string;
                        seenAgain?: number;
                        code: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEnrolment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                enrolment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        environment: string;
                        team?: string;
                        agent?: string;
                        created: number;
                        expires: number;
                        createdBy?: string;
                        /** @enum {string} */
                        status: "open" | "used" | "revoked" | "expired";
                        node?: string;
                        seenAgain?: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeEnrolment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                enrolment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enrolNode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    code: string;
                    key: string;
                    logKeys: string[];
                    proof: string;
                    logProofs: string[];
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        organisation: string;
                        node: string;
                        name: string;
                        environment: string;
                        team?: string;
                        agent?: string;
                        mirrors: {
                            name: string;
                            key: string;
                            url: string;
                        }[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendHeartbeat: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    softwareVersion: string;
                    since: number;
                    policyHash?: string;
                    /** @enum {string} */
                    mode?: "strict" | "permissive" | "audit";
                    bundle?: number;
                    size: number;
                    producers: {
                        boot: string;
                        counter: number;
                    }[];
                    decisions: {
                        policyHash: string;
                        allow: number;
                        modify: number;
                        step_up: number;
                        defer: number;
                        deny: number;
                        errors: number;
                    }[];
                    troubles?: {
                        /** @enum {string} */
                        kind: "log" | "publish" | "witness" | "retention" | "export";
                        name?: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        everyMs: number;
                        now: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFleetModes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        strict: number;
                        permissive: number;
                        audit: number;
                        untold: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateNodeKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    key: string;
                    endorsement: string;
                    proof: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        environment: string;
                        team?: string;
                        agent?: string;
                        origin: string;
                        logKeys: string[];
                        keys: {
                            id: string;
                            key: string;
                            since: number;
                            until?: number;
                        }[];
                        /** @enum {string} */
                        status: "active" | "suspended" | "removed";
                        reason?: string;
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addNodeLogKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    key: string;
                    proof: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        environment: string;
                        team?: string;
                        agent?: string;
                        origin: string;
                        logKeys: string[];
                        keys: {
                            id: string;
                            key: string;
                            since: number;
                            until?: number;
                        }[];
                        /** @enum {string} */
                        status: "active" | "suspended" | "removed";
                        reason?: string;
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOwnNode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        environment: string;
                        team?: string;
                        agent?: string;
                        origin: string;
                        logKeys: string[];
                        keys: {
                            id: string;
                            key: string;
                            since: number;
                            until?: number;
                        }[];
                        /** @enum {string} */
                        status: "active" | "suspended" | "removed";
                        reason?: string;
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listNodes: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                environment?: string;
                team?: string;
                status?: "active" | "suspended" | "removed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            name: string;
                            environment: string;
                            team?: string;
                            agent?: string;
                            origin: string;
                            logKeys: string[];
                            keys: {
                                id: string;
                                key: string;
                                since: number;
                                until?: number;
                            }[];
                            /** @enum {string} */
                            status: "active" | "suspended" | "removed";
                            reason?: string;
                            created: number;
                            live?: {
                                lastHeartbeat?: number;
                                isStale: boolean;
                                softwareVersion?: string;
                                policyHash?: string;
                                /** @enum {string} */
                                mode?: "strict" | "permissive" | "audit";
                                bundle?: number;
                                ingested: number;
                                lag: number;
                                omissions: {
                                    entries: number;
                                    evidence: number;
                                };
                                decisions: {
                                    policyHash: string;
                                    allow: number;
                                    modify: number;
                                    step_up: number;
                                    defer: number;
                                    deny: number;
                                    errors: number;
                                }[];
                            };
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getNode: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        environment: string;
                        team?: string;
                        agent?: string;
                        origin: string;
                        logKeys: string[];
                        keys: {
                            id: string;
                            key: string;
                            since: number;
                            until?: number;
                        }[];
                        /** @enum {string} */
                        status: "active" | "suspended" | "removed";
                        reason?: string;
                        created: number;
                        live?: {
                            lastHeartbeat?: number;
                            isStale: boolean;
                            softwareVersion?: string;
                            policyHash?: string;
                            /** @enum {string} */
                            mode?: "strict" | "permissive" | "audit";
                            bundle?: number;
                            ingested: number;
                            lag: number;
                            omissions: {
                                entries: number;
                                evidence: number;
                            };
                            decisions: {
                                policyHash: string;
                                allow: number;
                                modify: number;
                                step_up: number;
                                defer: number;
                                deny: number;
                                errors: number;
                            }[];
                        };
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeNode: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    suspendNode: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                node: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        environment: string;
                        team?: string;
                        agent?: string;
                        origin: string;
                        logKeys: string[];
                        keys: {
                            id: string;
                            key: string;
                            since: number;
                            until?: number;
                        }[];
                        /** @enum {string} */
                        status: "active" | "suspended" | "removed";
                        reason?: string;
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeNode: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        environment: string;
                        team?: string;
                        agent?: string;
                        origin: string;
                        logKeys: string[];
                        keys: {
                            id: string;
                            key: string;
                            since: number;
                            until?: number;
                        }[];
                        /** @enum {string} */
                        status: "active" | "suspended" | "removed";
                        reason?: string;
                        created: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listReceipts: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                node?: string;
                kind?: "start" | "decision" | "outcome" | "answer" | "kill" | "policy" | "pin" | "refusals" | "key" | "heartbeat" | "downtime" | "mirror" | "token" | "issuer" | "erasure" | "legal_hold" | "retention" | "consent" | "register" | "notice" | "case" | "export" | "body_key" | "administration" | "sign_in" | "stop";
                verdict?: "allow" | "modify" | "step_up" | "defer" | "deny";
                policy?: string;
                agent?: string;
                person?: string;
                session?: string;
                tool?: string;
                from?: number;
                to?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            receipt: string;
                            node: string;
                            kind: string;
                            verdict?: string;
                            outcome?: string;
                            code?: string;
                            method?: string;
                            policyHash?: string;
                            policies?: string[];
                            decisionOf?: string;
                            tookUs?: number;
                            gives?: string[];
                            costMicros?: number;
                            time: number;
                            isDisclosed: boolean;
                            agent?: string;
                            person?: string;
                            session?: string;
                            tool?: string;
                            labels?: string[];
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listenToReceipts: {
        parameters: {
            query?: {
                after?: string;
                node?: string;
                kind?: "start" | "decision" | "outcome" | "answer" | "kill" | "policy" | "pin" | "refusals" | "key" | "heartbeat" | "downtime" | "mirror" | "token" | "issuer" | "erasure" | "legal_hold" | "retention" | "consent" | "register" | "notice" | "case" | "export" | "body_key" | "administration" | "sign_in" | "stop";
                verdict?: "allow" | "modify" | "step_up" | "defer" | "deny";
                agent?: string;
                tool?: string;
                session?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    summariseReceipts: {
        parameters: {
            query: {
                from: number;
                to: number;
                step: number;
                by?: "verdict" | "agent" | "tool" | "node" | "policy";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        from: number;
                        to: number;
                        step: number;
                        /** @enum {string} */
                        by: "verdict" | "agent" | "tool" | "node" | "policy";
                        counts: {
                            at: number;
                            group?: string;
                            verdict: string;
                            count: number;
                        }[];
                        latency?: {
                            sampled: number;
                            p50Us: number;
                            p90Us: number;
                            p99Us: number;
                        };
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessionSteps: {
        parameters: {
            query: {
                limit?: number;
                cursor?: string;
                session: string;
                node?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            receipt: string;
                            node: string;
                            kind: string;
                            verdict?: string;
                            outcome?: string;
                            code?: string;
                            method?: string;
                            policyHash?: string;
                            policies?: string[];
                            decisionOf?: string;
                            tookUs?: number;
                            gives?: string[];
                            costMicros?: number;
                            time: number;
                            isDisclosed: boolean;
                            agent?: string;
                            person?: string;
                            session?: string;
                            tool?: string;
                            labels?: string[];
                            /** @description Labels that the session carried when it was judged; absent where that was not disclosed. */
                            carried?: string[];
                            /** @description Of those, the ones without which the answer would have been milder. */
                            becauseOf?: string[];
                            reasons?: string[];
                            /** @description The session that this one is part of. */
                            parent?: string;
                            became?: {
                                id: string;
                                receipt: string;
                                node: string;
                                kind: string;
                                verdict?: string;
                                outcome?: string;
                                code?: string;
                                method?: string;
                                policyHash?: string;
                                policies?: string[];
                                decisionOf?: string;
                                tookUs?: number;
                                gives?: string[];
                                costMicros?: number;
                                time: number;
                                isDisclosed: boolean;
                                agent?: string;
                                person?: string;
                                session?: string;
                                tool?: string;
                                labels?: string[];
                            };
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    countActivity: {
        parameters: {
            query: {
                from: number;
                to: number;
                step: number;
                by?: "agent" | "tool";
                agent?: string;
                tool?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        from: number;
                        to: number;
                        step: number;
                        /** @enum {string} */
                        by: "agent" | "tool";
                        whole: {
                            verdicts: {
                                allow: number;
                                modify: number;
                                step_up: number;
                                defer: number;
                                deny: number;
                            };
                            timed: number;
                            p50Us?: number;
                            p99Us?: number;
                            costed: number;
                            costMicros?: number;
                        };
                        buckets: {
                            at: number;
                            verdicts: {
                                allow: number;
                                modify: number;
                                step_up: number;
                                defer: number;
                                deny: number;
                            };
                            timed: number;
                            p50Us?: number;
                            p99Us?: number;
                            costed: number;
                            costMicros?: number;
                        }[];
                        groups: {
                            /** @enum {string} */
                            is: "named" | "others" | "undisclosed";
                            name?: string;
                            verdicts: {
                                allow: number;
                                modify: number;
                                step_up: number;
                                defer: number;
                                deny: number;
                            };
                            timed: number;
                            p50Us?: number;
                            p99Us?: number;
                            costed: number;
                            costMicros?: number;
                            steps: {
                                at: number;
                                decisions: number;
                                denied: number;
                                costMicros?: number;
                            }[];
                        }[];
                        behind: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReceipt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                receipt: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        receipt: string;
                        node: string;
                        kind: string;
                        verdict?: string;
                        outcome?: string;
                        code?: string;
                        method?: string;
                        policyHash?: string;
                        policies?: string[];
                        decisionOf?: string;
                        tookUs?: number;
                        gives?: string[];
                        costMicros?: number;
                        time: number;
                        isDisclosed: boolean;
                        agent?: string;
                        person?: string;
                        session?: string;
                        tool?: string;
                        labels?: string[];
                        entry: {
                            [key: string]: unknown;
                        };
                        facts?: {
                            at: number;
                            fields: {
                                [key: string]: unknown;
                            };
                        };
                        committed: string[];
                        related: {
                            id: string;
                            receipt: string;
                            node: string;
                            kind: string;
                            verdict?: string;
                            outcome?: string;
                            code?: string;
                            method?: string;
                            policyHash?: string;
                            policies?: string[];
                            decisionOf?: string;
                            tookUs?: number;
                            gives?: string[];
                            costMicros?: number;
                            time: number;
                            isDisclosed: boolean;
                            agent?: string;
                            person?: string;
                            session?: string;
                            tool?: string;
                            labels?: string[];
                        }[];
                        from: {
                            name: string;
                            environment: string;
                            team?: string;
                            status: string;
                            origin: string;
                        };
                        bundle?: {
                            id: string;
                            version: number;
                            policyVersion: string;
                        };
                        approval?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReceiptProof: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                receipt: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entry: string;
                        proof: string;
                        origin: string;
                        index: number;
                        keys: {
                            key: string;
                            /** @enum {string} */
                            of: "log" | "mirror";
                            /** @enum {string} */
                            known: "enrolment" | "server";
                        }[];
                        disclosed: {
                            field: string;
                            value: unknown;
                            salt: string;
                        }[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lookAtReceipt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                receipt: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    fields: ("arguments" | "performedArguments" | "result" | "subject" | "session" | "target" | "method" | "requestedDigest" | "performedDigest" | "signature" | "reasons" | "input" | "tool" | "concerns" | "words" | "approver")[];
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        status: "waiting" | "answered" | "refused" | "expired";
                        fields?: {
                            [key: string]: unknown;
                        };
                        expires: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                receipt: string;
                look: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        status: "waiting" | "answered" | "refused" | "expired";
                        fields?: {
                            [key: string]: unknown;
                        };
                        expires: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTools: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                server?: string;
                status?: "accepted" | "quarantined";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            server: string;
                            name: string;
                            /** @enum {string} */
                            status: "accepted" | "quarantined";
                            firstSeen: number;
                            changed: number;
                            nodes: {
                                receipt: string;
                                node: string;
                                status: string;
                                cause: string;
                                definitionHash: string;
                                previousHash?: string;
                                findings: string[];
                                time: number;
                            }[];
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTool: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                server: string;
                tool: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        server: string;
                        name: string;
                        /** @enum {string} */
                        status: "accepted" | "quarantined";
                        firstSeen: number;
                        changed: number;
                        nodes: {
                            receipt: string;
                            node: string;
                            status: string;
                            cause: string;
                            definitionHash: string;
                            previousHash?: string;
                            findings: string[];
                            time: number;
                        }[];
                        history: {
                            receipt: string;
                            node: string;
                            status: string;
                            cause: string;
                            definitionHash: string;
                            previousHash?: string;
                            findings: string[];
                            time: number;
                        }[];
                        definitions: {
                            [key: string]: {
                                [key: string]: unknown;
                            };
                        };
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addCheckpoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addEntries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getNodeLogFile: {
        parameters: {
            query: {
                path: string;
            };
            header?: never;
            path: {
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFactsPlace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: number;
                        held: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discloseFacts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    from: number;
                    upTo: number;
                    entries: {
                        index: number;
                        fields: {
                            /** @enum {string} */
                            field: "subject" | "session" | "target" | "method" | "requestedDigest" | "performedDigest" | "signature" | "reasons" | "input" | "tool" | "concerns" | "words" | "approver";
                            value: unknown;
                            salt: string;
                        }[];
                        definition?: {
                            [key: string]: unknown;
                        };
                    }[];
                };
            };
        };
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: number;
                        held: number;
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getNodeLooks: {
        parameters: {
            query?: {
                wait?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            index: number;
                            fields: string[];
                        }[];
                    };
                };
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    answerLook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                look: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    status: "refused";
                } | {
                    /** @constant */
                    status: "answered";
                    fields: {
                        /** @enum {string} */
                        field: "arguments" | "performedArguments" | "result" | "subject" | "session" | "target" | "method" | "requestedDigest" | "performedDigest" | "signature" | "reasons" | "input" | "tool" | "concerns" | "words" | "approver";
                        value: unknown;
                        salt: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description why it was refused */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
