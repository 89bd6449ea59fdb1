/** A complete set of settings for tests: fixed keys, so that sealed and signed things can be compared. */
export const TEST_SETTINGS = {
  PUBLIC_URL: 'http://127.0.0.1:8787',
  SENDER_NAME: 'Tocsin tests',
  SENDER_ADDRESS: 'campaigns@example.org',
  POSTAL_ADDRESS: 'Solidarity House, 1 Example Street, Exampletown',
  LOCALES: 'en,ru,fr,es,kk,ar',
  BULK_TRANSPORT: 'outbox',
  TRANSACTIONAL_TRANSPORT: 'outbox',
  KEYRING: 'k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=',
  FINGERPRINT_KEY: 'AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=',
  API_TOKENS:
    'organiser:read+publish+send+supporters+newsroom+admin:c4042b8fa76dd74a83fddc710e3abb78941d82aa3ed9798f856eddda24c20c6a,reader:read:ed47cdcf804f90970f6ccc873e199fba536f759240bdbc9757870998309c14fd',
}

/** The API token of `TEST_SETTINGS` that has every scope. */
export const TEST_TOKEN = 'tocsin_test-organiser-token-of-fixed-bytes-0000000'

/** The API token of `TEST_SETTINGS` that has the read scope only. */
export const TEST_READER_TOKEN = 'tocsin_test-reader-token-of-fixed-bytes-000000000000'

/** The setting WITHHELD_NAMES of the tests in workerd: one withheld name in the campaign `dock`. */
export const TEST_WITHHELD_NAMES = '{"dock": ["Vera Kowalczyk"]}'
