/** Fixed settings of the deployment in chaos and scale tests. Fixed keys give the same fingerprints, so a seed gives the same lanes. */

/** The organiser's token. RIG_SETTINGS contains its hash. */
export const RIG_TOKEN = 'tocsin_the-rig-is-no-deployment-and-guards-nothing'

export const RIG_SETTINGS = {
  SENDER_NAME: 'Tocsin on the rig',
  SENDER_ADDRESS: 'campaigns@example.org',
  POSTAL_ADDRESS: 'Example Solidarity Network, 1 Example Street, Exampletown',
  KEYRING: `k1:${Buffer.alloc(32, 'rig keyring').toString('base64')}`,
  FINGERPRINT_KEY: Buffer.alloc(32, 'rig fingerprints').toString('base64'),
  API_TOKENS: 'rig:read+publish+send:ca3e5e7060a073dc8135990cbbf77a99a7d987d19c7ec220b266d076816c8381',
}

/** An open bundled campaign, and its e-mail to send. */
export const RIG_CAMPAIGN = 'river-street-bakery'
export const RIG_EMAIL = 'appeal'
