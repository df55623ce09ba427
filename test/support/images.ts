/** A PNG of two by two pixels. */
export const PNG: Buffer = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAEklEQVR4AWLij8n7D8JMDFAAAAAA///pKh4DAAAABklEQVQD' +
    'AC8uA7XsxqssAAAAAElFTkSuQmCC',
  'base64',
);

/** A JPEG of two by two pixels. */
export const JPEG: Buffer = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWG' +
    'kJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk' +
    'pKSkpKSkpKSkpKSkpKT/wAARCAACAAIDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAUEAEAAAAAAAAAAAAA' +
    'AAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAAAwT/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCcAZI//9k=',
  'base64',
);

/** A GIF of one pixel. */
export const GIF: Buffer = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** A WebP of two by two pixels. */
export const WEBP: Buffer = Buffer.from(
  'UklGRjAAAABXRUJQVlA4ICQAAABwAQCdASoCAAIABABoJaACdAFAAAD+7HDSr1ejK+vvKHYkwAA=',
  'base64',
);
