/** What every account of the tests signs in with. */
export const PASSWORD = 'four red tulips';

/** Of PASSWORD, made once by better-auth: making it takes a tenth of a second. */
export const PASSWORD_HASH =
  '6a37d1074a142776d42a07f75451db09:100a1f08df83dbb9c96ff94b50f993061ff0c65a0e7aa0d4b14285f9299882b15ce033345dbf744e8ae181ea011842fa8e6cca2c6524e5f9ed501462f0ba2884';
