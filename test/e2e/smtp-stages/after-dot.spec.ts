import { describeStage } from './describe-stage.js';

describeStage('after-dot');
