/** The deployment that is measured and tormented: invented, and the same every time, so that a seed gives the same lanes. */

/** The organiser's token; the settings hold its hash. */
export const RIG_TOKEN = 'tocsin_the-rig-is-no-deployment-and-guards-nothing'

export const RIG_SETTINGS = {
  SENDER_NAME: 'Tocsin on the rig',
  SENDER_ADDRESS: 'campaigns@example.org',
  POSTAL_ADDRESS: 'Example Solidarity Network, 1 Example Street, Exampletown',
  KEYRING: `k1:${Buffer.alloc(32, 'rig keyring').toString('base64')}`,
  FINGERPRINT_KEY: Buffer.alloc(32, 'rig fingerprints').toString('base64'),
  API_TOKENS: 'rig:read+publish+send:ca3e5e7060a073dc8135990cbbf77a99a7d987d19c7ec220b266d076816c8381',
}

/** A campaign of the repository that is open, and the mail of it that is sent. */
export const RIG_CAMPAIGN = 'river-street-bakery'
export const RIG_EMAIL = 'appeal'
