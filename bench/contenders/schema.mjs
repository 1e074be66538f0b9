// What the contenders that do none of our work offer: the contract's mutation, with nothing behind it but the call.
export const typeDefs = `
  type MobileVerification { id: ID! isMatched: Boolean! checkedAt: String! source: String! livemode: Boolean! }
  input VerifyMobileInput { nationalId: String! mobileNumber: String! maxAgeSeconds: Int idempotencyKey: String }
  type Query { ok: Boolean }
  type Mutation { verifyMobile(input: VerifyMobileInput!): MobileVerification }
`;

export const url = `${process.env.PAYSTAR_BASE_URL}/service/info-matching/mobile-national-id`;
export const headers = {
  accept: 'application/json',
  'content-type': 'application/json',
  authorization: 'Bearer of-the-benchmark',
};

export function wireBody({ nationalId, mobileNumber }) {
  const credentials = { application_id: 'bench', access_password: 'bench' };
  return JSON.stringify({ ...credentials, national_id: nationalId, mobile_number: mobileNumber });
}

export function answer({ data }) {
  const checkedAt = new Date().toISOString();
  return { id: 'none', isMatched: data.is_matched, checkedAt, source: 'LIVE', livemode: true };
}
