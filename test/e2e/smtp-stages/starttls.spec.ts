import { describeStage } from './describe-stage.js';

describeStage('starttls');
