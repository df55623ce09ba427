/** Which release of the package this is. The build writes its version here. */
export const PACKAGE_RELEASE = 'source';
