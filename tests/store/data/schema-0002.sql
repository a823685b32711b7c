BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE answers (
	event VARCHAR NOT NULL, 
	code VARCHAR NOT NULL, 
	CONSTRAINT pk_answers PRIMARY KEY (event), 
	CONSTRAINT fk_answers_event FOREIGN KEY(event) REFERENCES events (id)
);
INSERT INTO "answers" VALUES('01a14503-99c1-76cc-a005-0ed31a6e72b9','x = 41');
INSERT INTO "answers" VALUES('01a14504-e24d-75a1-9428-61cd55e7d67e','x = 57');
INSERT INTO "answers" VALUES('01a14505-3106-7ea8-88fc-20813e1dcfb5','x = 80');
INSERT INTO "answers" VALUES('01a14505-80ab-7eec-a9d1-44e441bc858e','x = 10');
INSERT INTO "answers" VALUES('01a14a2c-382d-7c29-8786-a2284cfdb1e7','the answer that failed');
INSERT INTO "answers" VALUES('01a14fc0-e0ab-724b-879f-25eefefa0243','x = 21');
INSERT INTO "answers" VALUES('01a14fc1-b071-7ba0-ac1d-8f47fe1d515b','x = 28');
INSERT INTO "answers" VALUES('01a14fc2-0a7c-77aa-b9b8-a314c34e9d45','x = 37');
INSERT INTO "answers" VALUES('01a14fc2-7dc0-7f80-9bcd-4b53bf4b099c','x = 15');
INSERT INTO "answers" VALUES('01a14fc3-20be-7710-86f2-f0d0c9a20e34','x = 82');
INSERT INTO "answers" VALUES('01a14fc4-46b7-7150-a297-ee54e570d89a','x = 64');
INSERT INTO "answers" VALUES('01a14fc4-a67e-74a4-98e2-cd3639f4faf9','x = 53');
INSERT INTO "answers" VALUES('01a14fc5-e1e9-74e5-a7b2-8ccb4fb0b0fc','x = 49');
INSERT INTO "answers" VALUES('01a14fc6-31cc-7ad8-813e-1fc41942eec2','x = 37');
INSERT INTO "answers" VALUES('01a14fc6-70af-75c3-8f68-d5547667ae45','x = 49');
INSERT INTO "answers" VALUES('01a154ed-0449-7918-b4fb-d0a1bfed0fec','the answer that failed');
INSERT INTO "answers" VALUES('01a15a13-c609-74af-8767-7920ccf928a2','x = 79');
INSERT INTO "answers" VALUES('01a15a14-143c-7ceb-bd80-2e5f73597ee1','x = 74');
INSERT INTO "answers" VALUES('01a15a14-f622-7acc-852a-a1c15e0b1ef7','x = 26');
INSERT INTO "answers" VALUES('01a15a16-099f-7b38-84d7-d3fc258b4438','x = 30');
INSERT INTO "answers" VALUES('01a15a17-3666-728e-b3c2-d892d744df80','x = 57');
INSERT INTO "answers" VALUES('01a15a18-58ac-7c44-a02a-3d9bbd284c80','x = 77');
INSERT INTO "answers" VALUES('01a15a18-f0a2-7e70-a432-28c88fae2ae1','x = 62');
INSERT INTO "answers" VALUES('01a15a1a-23cc-7b0d-a407-0cae5ed6b178','x = 96');
INSERT INTO "answers" VALUES('01a15a1b-5adc-7944-a0fb-641422f00346','x = 64');
INSERT INTO "answers" VALUES('01a15a1b-8706-7c90-bed1-3cd2464d50de','x = 72');
INSERT INTO "answers" VALUES('01a15a1c-b56f-7eb2-bd5c-a78e82297fdb','x = 5');
INSERT INTO "answers" VALUES('01a15a1d-0576-7284-abca-af91f61d38fb','x = 83');
INSERT INTO "answers" VALUES('01a15a1e-078b-7890-b384-a7ae309fa303','x = 87');
INSERT INTO "answers" VALUES('01a15f44-bf0e-785e-b891-150937a87caf','the answer that failed');
INSERT INTO "answers" VALUES('01a163c7-7853-7b00-a69d-18dd4ad5a9b1','x = 31');
INSERT INTO "answers" VALUES('01a163c8-58f4-7656-8112-8b97d2bfaa5e','x = 18');
INSERT INTO "answers" VALUES('01a163c8-b3cb-7131-b1c7-bcbf712212f3','x = 35');
INSERT INTO "answers" VALUES('01a163c9-2cd7-7048-9e06-69ae3ba920e9','x = 22');
INSERT INTO "answers" VALUES('01a163ca-5e70-7966-829f-af622ad8ced5','x = 75');
INSERT INTO "answers" VALUES('01a163ca-aaf4-7aab-af21-9dd7434a34b3','x = 64');
INSERT INTO "answers" VALUES('01a163cb-9825-763a-93ef-99a50fc9f111','x = 81');
INSERT INTO "answers" VALUES('01a163cc-0818-7c6f-afa1-7c4a8a4ffc67','x = 29');
INSERT INTO "answers" VALUES('01a163cd-13fd-7b1b-91a0-f9c8c70b1d8b','x = 11');
INSERT INTO "answers" VALUES('01a163cd-db6f-7873-9bc5-31dd08d0b2d4','x = 13');
INSERT INTO "answers" VALUES('01a163ce-6290-7ada-81b2-a928fc9d12e8','x = 23');
INSERT INTO "answers" VALUES('01a163cf-b9ae-7683-b31e-1a0e8b239dd9','x = 48');
INSERT INTO "answers" VALUES('01a163d0-7c03-77d3-9397-3ac02d5dd140','x = 6');
INSERT INTO "answers" VALUES('01a163d1-4d89-79c7-b2b7-a98ec0586df0','x = 59');
INSERT INTO "answers" VALUES('01a163d2-0a79-70ab-90cd-45a67856e8f3','x = 46');
INSERT INTO "answers" VALUES('01a168f9-24ce-7f25-b5ae-014047bb9155','the answer that failed');
INSERT INTO "answers" VALUES('01a16e20-ad62-7071-9572-ac531ab78905','x = 75');
INSERT INTO "answers" VALUES('01a16e20-d2d4-7cbd-991c-bfdc3fc10dde','x = 87');
INSERT INTO "answers" VALUES('01a16e21-15dd-70c5-803f-2ef9d31f4704','x = 90');
INSERT INTO "answers" VALUES('01a16e22-21ce-7c93-81af-a01acef73b52','x = 63');
INSERT INTO "answers" VALUES('01a16e22-6b58-76ef-8b95-da5d9f0ea523','x = 23');
INSERT INTO "answers" VALUES('01a16e23-ac99-7753-94e8-07d8947069a7','x = 31');
INSERT INTO "answers" VALUES('01a16e24-b55b-7a36-bcbf-b6975c21f0ef','x = 93');
INSERT INTO "answers" VALUES('01a16e25-2009-73f0-adfd-53984127eb7b','x = 76');
INSERT INTO "answers" VALUES('01a16e26-4133-7c13-a7f6-375ffddafd71','x = 1');
INSERT INTO "answers" VALUES('01a16e26-e02f-728e-abc4-9bbe6d541344','x = 36');
INSERT INTO "answers" VALUES('01a16e27-67eb-7203-b89c-bbcb6678e0c6','x = 27');
INSERT INTO "answers" VALUES('01a16e27-9410-7dad-bba1-49120c31a41f','x = 96');
INSERT INTO "answers" VALUES('01a16e28-36e0-79c4-8443-c48ffad9def9','x = 0');
INSERT INTO "answers" VALUES('01a1734e-d74b-7cab-ba1d-967c8ef96d50','the answer that failed');
INSERT INTO "answers" VALUES('01a17876-5f02-734c-ade5-b8237979024a','x = 30');
INSERT INTO "answers" VALUES('01a17876-a448-7555-9485-c04e1743a6ba','x = 88');
INSERT INTO "answers" VALUES('01a17877-bd77-705a-8fed-b2d3e0e83507','x = 29');
INSERT INTO "answers" VALUES('01a17878-7ffd-7286-bc5b-91bbd067d9a9','x = 50');
INSERT INTO "answers" VALUES('01a17879-9f49-7e34-85b3-0312d99acb9b','x = 77');
INSERT INTO "answers" VALUES('01a17879-c130-7f4d-ab4f-0481abb2500c','x = 64');
INSERT INTO "answers" VALUES('01a1787a-56ea-7ba9-b411-34589525ba38','x = 19');
INSERT INTO "answers" VALUES('01a1787a-e7c3-7c94-b523-e5681e2c8529','x = 36');
INSERT INTO "answers" VALUES('01a1787b-d533-7baf-b2d4-3f4084e32ac3','x = 61');
INSERT INTO "answers" VALUES('01a1787c-ec72-723a-9067-85870ec8e073','x = 87');
INSERT INTO "answers" VALUES('01a1787d-3b2f-7f68-a17b-621c3f0b34ec','x = 49');
INSERT INTO "answers" VALUES('01a1787d-91df-7c07-875b-52302b19940d','x = 87');
INSERT INTO "answers" VALUES('01a1787e-9fd5-706f-a99a-f8bb1cb43524','x = 99');
INSERT INTO "answers" VALUES('01a17da5-d078-7b33-a551-2301623f5499','the answer that failed');
INSERT INTO "answers" VALUES('01a18228-6045-7e92-aeb0-6639e33fffce','x = 79');
INSERT INTO "answers" VALUES('01a18228-cac6-754f-9f1e-78b34338a582','x = 83');
INSERT INTO "answers" VALUES('01a1822a-073a-7dbb-b876-3818a91548f7','x = 30');
INSERT INTO "answers" VALUES('01a1822b-57c9-7d9e-abb9-850fe8700ee9','x = 81');
INSERT INTO "answers" VALUES('01a1822b-9f87-746f-b928-a64cac7e081a','x = 91');
INSERT INTO "answers" VALUES('01a1822b-f0d2-7822-8de6-003094fb2df4','x = 51');
INSERT INTO "answers" VALUES('01a1822c-eb10-773f-9ec3-d9ebdb4fa8de','x = 50');
INSERT INTO "answers" VALUES('01a1822d-646c-74a8-9dc7-459755183353','x = 55');
INSERT INTO "answers" VALUES('01a1822e-7cef-7e7a-bfd9-17c95e178de6','x = 17');
INSERT INTO "answers" VALUES('01a1822f-3507-706a-9694-d239a4294ffe','x = 28');
INSERT INTO "answers" VALUES('01a18756-30fb-7d23-af15-ac3477fd77c0','x = 10');
INSERT INTO "answers" VALUES('01a18756-70ae-7383-b2b9-61dc21ec522c','x = 10');
INSERT INTO "answers" VALUES('01a18757-203a-718d-b353-7fe23773b161','x = 45');
INSERT INTO "answers" VALUES('01a18757-d7f3-79cf-a269-c97580d6857f','x = 48');
INSERT INTO "answers" VALUES('01a18758-daa0-78df-8f01-3cc35120a86b','x = 68');
INSERT INTO "answers" VALUES('01a18759-965e-755a-8157-d20b7a40a149','x = 73');
INSERT INTO "answers" VALUES('01a18c80-b047-7c74-8e59-eabddef7efff','x = 34');
INSERT INTO "answers" VALUES('01a18c81-a009-7594-bb29-be3dd5fefd16','x = 7');
INSERT INTO "answers" VALUES('01a18c82-9f5d-7524-8cc7-4e7f35e5e55e','x = 14');
INSERT INTO "answers" VALUES('01a18c83-43f5-74a5-ae9b-647c21c58bfe','x = 56');
INSERT INTO "answers" VALUES('01a18c84-65fe-7727-8039-7b8a4d447e8b','x = 23');
INSERT INTO "answers" VALUES('01a18c85-a994-7e99-ac35-71b23a07e275','x = 37');
INSERT INTO "answers" VALUES('01a18c86-5cce-7533-9a7c-91985bbe17bd','x = 11');
INSERT INTO "answers" VALUES('01a191ad-059f-7cee-ba5e-0a8aa9e4fd36','x = 54');
INSERT INTO "answers" VALUES('01a191ad-a8ed-70c3-afbb-606d2837e4dd','x = 65');
INSERT INTO "answers" VALUES('01a191ae-5ae6-7f57-a4c2-e53ff1c7e284','x = 94');
INSERT INTO "answers" VALUES('01a191af-1848-73a8-9d70-549db0c308bf','x = 14');
INSERT INTO "answers" VALUES('01a191af-d761-7f3a-85cd-232560608a19','x = 9');
INSERT INTO "answers" VALUES('01a191b0-4d74-7441-a21b-81beb05d2329','x = 18');
INSERT INTO "answers" VALUES('01a191b1-2f30-752c-9f75-e2ca15f55159','x = 4');
INSERT INTO "answers" VALUES('01a196d8-1221-7c6c-96e6-b95e19630514','x = 78');
INSERT INTO "answers" VALUES('01a196d8-f427-78dd-b2ee-62101d39d6e7','x = 85');
INSERT INTO "answers" VALUES('01a196d9-d871-7f9f-a2f1-eecdb5377b87','x = 62');
INSERT INTO "answers" VALUES('01a196da-532a-7380-b3f4-338489f13f6d','x = 35');
INSERT INTO "answers" VALUES('01a196da-be05-7656-9ae5-1a38075e27d0','x = 13');
INSERT INTO "answers" VALUES('01a196da-f58c-74b0-9546-f44d2053444e','x = 33');
INSERT INTO "answers" VALUES('01a19c02-9ab1-7872-a1dd-8d5788929d5e','x = 19');
INSERT INTO "answers" VALUES('01a1a129-28c6-7a35-af04-acfc7aa09df5','x = 77');
INSERT INTO "answers" VALUES('01a1a12a-0fa5-7d52-9f9a-7611ea75abda','x = 23');
INSERT INTO "answers" VALUES('01a1a12a-e1cb-7d29-93da-6922c81a06d8','x = 84');
INSERT INTO "answers" VALUES('01a1a12b-1a42-725b-8ea6-39bcb8c7fb01','x = 93');
INSERT INTO "answers" VALUES('01a1a12b-e2b3-78fd-9ce6-df317549888c','x = 75');
INSERT INTO "answers" VALUES('01a1a12c-a4e1-73b3-a1b5-9b5c9cd26d9d','x = 55');
INSERT INTO "answers" VALUES('01a1a12d-0137-7e87-bb9b-59ac81717498','x = 14');
INSERT INTO "answers" VALUES('01a1a12d-6736-7d9c-9115-e3e81dfd4bff','x = 76');
INSERT INTO "answers" VALUES('01a1a12e-1e89-7c3a-93b9-5a577c255b5e','x = 47');
INSERT INTO "answers" VALUES('01a1a655-133b-754c-93cb-cc7d4bb05922','x = 82');
INSERT INTO "answers" VALUES('01a1ab7b-e5f5-79b4-976f-845a9dfc81fe','x = 63');
INSERT INTO "answers" VALUES('01a1ab7d-35ff-78eb-9e21-99ed2fe84d18','x = 27');
INSERT INTO "answers" VALUES('01a1ab7d-57f9-760d-bccb-925e7c3880d5','x = 58');
INSERT INTO "answers" VALUES('01a1ab7e-9450-718a-bcf2-144d70ea2052','x = 23');
INSERT INTO "answers" VALUES('01a1ab7f-afb1-7aa5-bdee-c23d95d736b6','x = 29');
INSERT INTO "answers" VALUES('01a1ab7f-dc55-7148-a644-62c78ee0dae7','x = 82');
INSERT INTO "answers" VALUES('01a1ab80-0993-7180-9bee-c7860447d28b','x = 2');
INSERT INTO "answers" VALUES('01a1ab81-5034-7cde-a908-a052db079b13','x = 9');
INSERT INTO "answers" VALUES('01a1ab82-5259-7463-9c14-dbece9359ec3','x = 29');
INSERT INTO "answers" VALUES('01a1b0a9-aca0-7246-b779-0a0a0d0c83f5','x = 17');
INSERT INTO "answers" VALUES('01a1b5d0-7c81-7a97-95e4-e29df58d362a','x = 33');
INSERT INTO "answers" VALUES('01a1b5d1-aad1-7315-9ad3-0309d9d9dd79','x = 41');
INSERT INTO "answers" VALUES('01a1b5d2-73d4-77c1-8995-1738f7a227a0','x = 83');
INSERT INTO "answers" VALUES('01a1b5d2-efb0-7a90-9453-aeca312c91c5','x = 60');
INSERT INTO "answers" VALUES('01a1b5d3-0f90-7718-acfe-3015a77b7b3c','x = 88');
INSERT INTO "answers" VALUES('01a1b5d4-1d95-7465-a055-24441ce4beff','x = 25');
INSERT INTO "answers" VALUES('01a1b5d4-615c-7d20-9f94-0eeca686933b','x = 90');
INSERT INTO "answers" VALUES('01a1b5d4-9cfc-7129-865b-05c49bdd0598','x = 25');
INSERT INTO "answers" VALUES('01a1b5d5-8775-7c65-be2c-a8f7c054d044','x = 5');
INSERT INTO "answers" VALUES('01a1bafc-85ec-7748-8325-86337c470a44','x = 15');
INSERT INTO "answers" VALUES('01a1c023-a1e9-7201-bd8a-85256dcadb51','x = 97');
INSERT INTO "answers" VALUES('01a1c024-53f0-72ae-9bbf-b987b0eb0963','x = 54');
INSERT INTO "answers" VALUES('01a1c025-607a-7a22-9138-089800a4fc01','x = 8');
INSERT INTO "answers" VALUES('01a1c026-bec3-7fa2-8f72-8dd161fd980b','x = 68');
INSERT INTO "answers" VALUES('01a1c027-3c8b-7fb4-a4fa-65ccce9434d8','x = 12');
INSERT INTO "answers" VALUES('01a1c028-00e6-71d7-bd2f-3fc22372ef96','x = 97');
INSERT INTO "answers" VALUES('01a1c028-cfa7-7bfa-a76d-3fd86b494efd','x = 59');
INSERT INTO "answers" VALUES('01a1c029-26cc-77d2-861c-d206f6e36e58','x = 59');
INSERT INTO "answers" VALUES('01a1c02a-7eef-788a-9d09-8024e28f1b64','x = 40');
INSERT INTO "answers" VALUES('01a18c7c-29e8-72de-a1bc-dd3608ccf9a3','x = 79');
INSERT INTO "answers" VALUES('01a18c7c-5592-752c-89ee-0804a54471ff','x = 32');
INSERT INTO "answers" VALUES('01a18c7c-bc65-7233-b593-00e4d4124e5b','x = 92');
INSERT INTO "answers" VALUES('01a18c7d-68da-7cd7-b546-786319fcca4d','x = 80');
INSERT INTO "answers" VALUES('01a18c7d-d393-73d6-bfb6-ef11dda58042','x = 65');
INSERT INTO "answers" VALUES('01a18c7e-ba39-75c6-971a-a6b92cac4e5b','x = 3');
INSERT INTO "answers" VALUES('01a18c7e-e96c-7237-95fa-2605c6a279f5','x = 32');
INSERT INTO "answers" VALUES('01a18c80-2523-7404-9dfd-abf2fbb34bae','x = 79');
INSERT INTO "answers" VALUES('01a191a7-d083-7c38-b737-b91b22000da0','x = 14');
INSERT INTO "answers" VALUES('01a191a8-93a5-7091-a874-146b6c2530a7','x = 84');
INSERT INTO "answers" VALUES('01a191a9-8e8e-7faf-bfc3-f931afb4369f','x = 1');
INSERT INTO "answers" VALUES('01a191a9-c996-7980-b3cc-aa72535bad97','x = 98');
INSERT INTO "answers" VALUES('01a191ab-1da3-729c-86d4-b220da6a2037','x = 74');
INSERT INTO "answers" VALUES('01a191ab-b969-732d-b5bc-ae324ccd1a51','x = 80');
INSERT INTO "answers" VALUES('01a191ac-0113-7c1b-8804-499a3bd410db','x = 93');
INSERT INTO "answers" VALUES('01a191ac-5412-7081-aadc-f60ce8170598','x = 39');
INSERT INTO "answers" VALUES('01a196d3-b1a3-76a2-ae83-87ab1d8e1a0b','x = 21');
INSERT INTO "answers" VALUES('01a196d4-6c4b-7fe6-83b1-0579359659d3','x = 85');
INSERT INTO "answers" VALUES('01a196d5-8b3b-7b58-ad5b-20780d32498d','x = 89');
INSERT INTO "answers" VALUES('01a196d5-c503-799e-95ad-c9fa2ab5acec','x = 24');
INSERT INTO "answers" VALUES('01a196d6-e812-7954-80a6-dc104837cc78','x = 20');
INSERT INTO "answers" VALUES('01a196d7-406e-7eba-bdd3-bb96975241f5','x = 39');
INSERT INTO "answers" VALUES('01a19bfe-88ac-7c4b-a09f-49fae08cbc43','x = 41');
INSERT INTO "answers" VALUES('01a19bfe-acb1-7539-bcaf-6e2fb43d342a','x = 44');
INSERT INTO "answers" VALUES('01a19bff-d590-7095-9ea6-109862dc7255','x = 45');
INSERT INTO "answers" VALUES('01a19c00-f6d7-79ea-9da5-a14f924f79bb','x = 21');
INSERT INTO "answers" VALUES('01a19c02-4276-71d3-99df-bff7a07c47b2','x = 31');
INSERT INTO "answers" VALUES('01a19c03-1ac3-77c4-947d-89e0229d9f07','x = 3');
INSERT INTO "answers" VALUES('01a19c03-ceaf-7bc8-a85a-c6430c72dc77','x = 55');
INSERT INTO "answers" VALUES('01a1c02a-8aa8-7059-8b46-b9fa14f46a90','x = 39');
INSERT INTO "answers" VALUES('01a1c02a-8aa9-7375-804e-f77043ce1f4b','x = 5');
INSERT INTO "answers" VALUES('01a1c02a-8aaa-7c24-b928-1394f39c5fe4','x = 83');
INSERT INTO "answers" VALUES('01a1c02a-8aab-7a40-8eb6-5689d81ed71f','x = 80');
INSERT INTO "answers" VALUES('01a1c02a-8aac-75e0-a765-2620b2b8fb2f','x = 99');
INSERT INTO "answers" VALUES('01a1c02a-8aad-7571-8d1a-c2de6928afbb','x = 13');
INSERT INTO "answers" VALUES('01a1c02e-15ba-71fe-b548-b0455de20a0d','x = 84');
INSERT INTO "answers" VALUES('01a1c02e-bec6-7b12-960d-2625ec9a22a3','x = 24');
INSERT INTO "answers" VALUES('01a20f93-c116-7549-9291-a0cc58a20c31','x = 22');
INSERT INTO "answers" VALUES('01a20f95-04d4-78f2-a9f0-ea14b110c25e','x = 32');
INSERT INTO "answers" VALUES('01a20f95-557b-7dc7-8c1f-a5e33d8b31fc','x = 97');
INSERT INTO "answers" VALUES('01a2298c-815b-7a67-9697-7a02d647870e','x = 9');
INSERT INTO "answers" VALUES('01a2298d-9131-7998-abeb-31c3a6b64445','x = 59');
INSERT INTO "answers" VALUES('01a2298e-2147-7870-826c-4f4a4831207d','x = 12');
INSERT INTO "answers" VALUES('01a2298e-7294-72f9-b195-bd95a1521215','x = 89');
INSERT INTO "answers" VALUES('01a2298f-4e72-7132-9ffb-5338359a5f8d','x = 27');
INSERT INTO "answers" VALUES('01a22990-99f9-736d-9d75-1d4166f8a46e','x = 50');
INSERT INTO "answers" VALUES('01a22991-4abd-7b53-8f44-d5cf251c9c21','x = 61');
INSERT INTO "answers" VALUES('01a22991-757f-7228-8bde-0dfca8533dff','x = 84');
INSERT INTO "answers" VALUES('01a22991-aea5-7de0-aa46-9c44bce88145','x = 49');
INSERT INTO "answers" VALUES('01a24879-0d56-779d-a079-7b331fddd200','x = 58');
INSERT INTO "answers" VALUES('01a2487a-6b48-7334-875a-ffb20654938f','x = 33');
INSERT INTO "answers" VALUES('01a2487a-e81e-78bb-8319-8a2fc370d00f','x = 92');
INSERT INTO "answers" VALUES('01a2487b-4499-7fc9-8f62-d17ff2739b8e','x = 81');
INSERT INTO "answers" VALUES('01a2487b-bb28-7358-a1ae-06197f33309d','x = 16');
INSERT INTO "answers" VALUES('01a2487c-0daa-71b4-b336-ed367950d34f','x = 44');
INSERT INTO "answers" VALUES('01a2487d-494c-7fbf-94fa-916b0a808ff2','x = 79');
INSERT INTO "answers" VALUES('01a2487d-96e5-7b3b-9fea-9ef0fc9f8e00','x = 21');
INSERT INTO "answers" VALUES('01a2487e-e6ab-71c6-9d8f-24fe51dd6595','x = 43');
INSERT INTO "answers" VALUES('01a266f7-d309-7005-adb5-10fa0018cca5','x = 32');
INSERT INTO "answers" VALUES('01a266f8-727d-76ba-97ac-c805fc1ece9b','x = 56');
INSERT INTO "answers" VALUES('01a266f8-b672-7e65-a069-46bf4506fc85','x = 60');
INSERT INTO "answers" VALUES('01a266f9-a312-7ea9-b0a2-1cea2999a4bb','x = 88');
INSERT INTO "answers" VALUES('01a266fa-f111-72de-93af-f7b8f8d069b2','x = 59');
INSERT INTO "answers" VALUES('01a266fc-3a70-79e0-811f-9624a7ec3de5','x = 25');
INSERT INTO "answers" VALUES('01a266fc-61fd-7316-a660-a9c9eebea242','x = 47');
INSERT INTO "answers" VALUES('01a266fd-16f0-7a5c-ac8c-0b97942ff68f','x = 68');
INSERT INTO "answers" VALUES('01a270dc-4102-781c-a02b-eac93a4c2248','x = 12');
INSERT INTO "answers" VALUES('01a270dd-4ee7-7d54-9892-7a1225d8e7db','x = 40');
INSERT INTO "answers" VALUES('01a270dd-f4b0-7496-a10f-7f3bb45ecff8','x = 95');
INSERT INTO "answers" VALUES('01a270de-bb5a-772a-a7b2-942ea4f02ed9','x = 7');
INSERT INTO "answers" VALUES('01a270df-bed0-7c20-b29d-b6d4554f4d58','x = 48');
INSERT INTO "answers" VALUES('01a270e0-fcd8-79b5-aef5-263167ca29e2','x = 50');
INSERT INTO "answers" VALUES('01a270e1-ec76-7a00-bc32-8a56602ca243','x = 37');
CREATE TABLE cards (
	"key" VARCHAR NOT NULL, 
	deck VARCHAR NOT NULL, 
	place INTEGER NOT NULL, 
	content VARCHAR NOT NULL, 
	content_hash VARCHAR NOT NULL, 
	tags VARCHAR NOT NULL, 
	requires VARCHAR, 
	present BOOLEAN NOT NULL, 
	root VARCHAR NOT NULL, 
	CONSTRAINT pk_cards PRIMARY KEY ("key")
);
INSERT INTO "cards" VALUES('pytorch-notes/rank','pytorch-notes',0,'{"check":"assert x == 3","hints":["Count the axes."],"id":"rank","question":"What is rank?","solution":"x = 3","tags":["torch","shape"]}','fd80746fdf9421445ba2285eb485bae446ef2fd0a1a69ac7760619346d908e4f','
torch
shape
',NULL,1,'pytorch-notes/rank');
INSERT INTO "cards" VALUES('pytorch-notes/stride','pytorch-notes',1,'{"check":"assert x == 12","id":"stride","question":"What is stride?","solution":"x = 12","tags":["torch"]}','818a53342b3b6d837d4dda812dd06ce1704035510ea4aebe1caa5e9ae94c30be','
torch
',NULL,1,'pytorch-notes/stride');
INSERT INTO "cards" VALUES('pytorch-notes/cat','pytorch-notes',2,'{"check":"assert x == 7","explanation":"Along an axis that is there.","id":"cat","question":"What is cat?","solution":"x = 7","tags":["torch"]}','2a6d46140d6801dd2cbc57ea3e6df67f3f8722c2b3c1cfd9ece55f64cad348b8','
torch
',NULL,1,'pytorch-notes/cat');
INSERT INTO "cards" VALUES('pytorch-notes/gather','pytorch-notes',3,'{"check":"assert x == 5","id":"gather","question":"What is gather?","solution":"x = 5"}','13b66846b3a061d0f573e586195029bc4a6758893ffc06e74ea41d4ae7232607','',NULL,1,'pytorch-notes/gather');
INSERT INTO "cards" VALUES('shapes/squeeze','shapes',3,'{"accepts":"text","id":"squeeze","question":"What is squeeze?","solution":"a one less"}','16d673ffc310e4b8de46186c40644a1025ceed751b3be033e926f1284ad314b8','',NULL,1,'shapes/squeeze');
INSERT INTO "cards" VALUES('shapes/expand','shapes',4,'{"accepts":"text","id":"expand","question":"What is expand?","solution":"a view"}','d033814e7522946b5e551d4c6d0e3e07a9f0b105cd049ccefabf444a2dae8b3f','',NULL,1,'shapes/expand');
INSERT INTO "cards" VALUES('shapes/lost','shapes',5,'{"accepts":"text","id":"lost","question":"What is lost?","solution":"gone"}','8de4566c8a665164ea80801485e268cff521ee04f52511fff3b88a1bbf254937','',NULL,0,'shapes/lost');
INSERT INTO "cards" VALUES('shapes/far','shapes',5,'{"accepts":"text","id":"far","question":"What is far?","requires":{"no_such_library":">=1"},"solution":"away"}','bad735df4136483291a13d9e6268ef3fc0593e74142cce1de7025d461fa84e08','','{"no_such_library":">=1"}',1,'shapes/far');
INSERT INTO "cards" VALUES('terms/ein','terms',0,'{"accepts":"text","id":"ein","question":"What is ein?","solution":"EIN","tags":["word"]}','00b51cfdbe7f1ebecc67a18359cd6773cfeaf2e3a92b16d1d3c585a38e39d30f','
word
',NULL,1,'terms/ein');
INSERT INTO "cards" VALUES('terms/zwei','terms',1,'{"accepts":"text","id":"zwei","question":"What is zwei?","solution":"ZWEI","tags":["word"]}','821139889ae058b6696a54d77eb2ca2d01d9137cb2abb9632f6c69958f1d7e89','
word
',NULL,1,'terms/zwei');
INSERT INTO "cards" VALUES('terms/drei','terms',2,'{"accepts":"text","id":"drei","question":"What is drei?","solution":"DREI","tags":["word"]}','b9b1f7528cd89271de5c19b264c1e83a7982bfe87f85d819a28af0983059351e','
word
',NULL,1,'terms/drei');
INSERT INTO "cards" VALUES('terms/vier','terms',3,'{"accepts":"text","id":"vier","question":"What is vier?","solution":"VIER","tags":["word"]}','0ae1d4c1e1e661183f5ae36c302bccc0cb744dc1f3c9546bed50b4f403f75da7','
word
',NULL,1,'terms/vier');
INSERT INTO "cards" VALUES('terms/leech','terms',4,'{"accepts":"text","id":"leech","question":"What is leech?","solution":"LEECH","tags":["word"]}','8c1fd35e9595eff613ca725a9fb3aa99dd7cd1d32e1fe52c2701cf908bda546d','
word
',NULL,1,'terms/leech');
INSERT INTO "cards" VALUES('old/one','old',0,'{"accepts":"text","id":"one","question":"What is one?","solution":"one"}','c63d6ae32a1acb71daf941900f11dc8c7254c01601ff19f947971e518779d1d9','',NULL,0,'old/one');
INSERT INTO "cards" VALUES('old/two','old',1,'{"accepts":"text","id":"two","question":"What is two?","solution":"two"}','ab4d705f31d121b0e1de2826962f1df07bf2e5968e07a68964e819c6dc5d90ff','',NULL,0,'old/two');
INSERT INTO "cards" VALUES('away/left','away',0,'{"accepts":"text","id":"left","question":"What is left?","solution":"left"}','b94e26e237928306eb5c53e26154a489328d607a39c39dd17c7f18160bdf1ef9','',NULL,1,'away/left');
INSERT INTO "cards" VALUES('away/right','away',1,'{"accepts":"text","id":"right","question":"What is right?","solution":"right"}','e54af2e72975e4a68861ee6f7fbf327f01252013ef32222aea9e71a5156b204c','',NULL,1,'away/right');
INSERT INTO "cards" VALUES('capitals/fr','capitals',0,'{"accepts":"recall","id":"fr","question":"Capital of France?","solution":"Paris","tags":["europe"]}','a9406cfbeac4d7c4600deb682310859d09b231e78b04063860a357d9805dee9f','
europe
',NULL,1,'capitals/fr');
INSERT INTO "cards" VALUES('capitals/it','capitals',1,'{"accepts":"recall","id":"it","question":"Capital of Italy?","solution":"Rome","tags":["europe"]}','fb30620699a28dd49c888328eb654b1e08b78f6f6ca04777f5e3f62779690c01','
europe
',NULL,1,'capitals/it');
INSERT INTO "cards" VALUES('capitals/jp','capitals',2,'{"accepts":"recall","id":"jp","question":"Capital of\nJapan?","solution":"Tokyo","tags":["asia"]}','528722e38bc19e04f74fd11ebace5eeaa0b1534032dd184b62bb7de0aebe1f09','
asia
',NULL,1,'capitals/jp');
INSERT INTO "cards" VALUES('shapes/flatten','shapes',0,'{"accepts":"text","id":"flatten","question":"What is flatten?","solution":"ravel","tags":["shape"],"was":["flat"]}','ad10cff397b1613473f2464fab985ac8bf4546b8a5992ab3a997ed28f3166ec9','
shape
',NULL,1,'shapes/flatten');
INSERT INTO "cards" VALUES('shapes/pad','shapes',1,'{"accepts":"text","id":"pad","question":"What is pad?","solution":"edges","was":["padding"]}','2cbc1e194f9ca5ecfafaca06eb1ecc2af3fcc42f88b246f9c8097d035578203c','',NULL,1,'shapes/padding');
INSERT INTO "cards" VALUES('shapes/axes','shapes',2,'{"accepts":"text","id":"axes","question":"What is axes?","solution":"transpose","tags":["shape","axes"],"was":["swap"]}','36beac2886c37ac8b581a8795dd37133b5a24d6a24b31e57ef16915c821f7050','
shape
axes
',NULL,1,'shapes/axes');
INSERT INTO "cards" VALUES('python.torch/g-961a5daf1322f6ee','python.torch',0,'{"accepts":"recall","id":"g-961a5daf1322f6ee","question":"rank","solution":"number of dimensions","tags":["words"]}','18cfffc45e38a9a03adde178d29ecba3b53d03497bb25dff03e8b2da32875788','
words
',NULL,1,'python.torch/g-961a5daf1322f6ee');
INSERT INTO "cards" VALUES('python.torch/g-961a5daf1322f6ee-2','python.torch',1,'{"accepts":"recall","id":"g-961a5daf1322f6ee-2","question":"number of dimensions","solution":"rank","tags":["words"]}','9848de14062cbf22b1165d59c60827e76078615b3fb61c18ea1d8a49393bcad4','
words
',NULL,1,'python.torch/g-961a5daf1322f6ee-2');
INSERT INTO "cards" VALUES('python.torch/g-ca334e68d4c119d0','python.torch',2,'{"accepts":"recall","id":"g-ca334e68d4c119d0","question":"**What** does `x.T` do?","solution":"It *transposes* x.","tags":["shape","torch"]}','fbd9d80ec3df90b0ef51fef229cdd723bfd578d3b3d6157bdc7aa06eea48636c','
shape
torch
',NULL,1,'python.torch/g-ca334e68d4c119d0');
INSERT INTO "cards" VALUES('python/g-319e332086d68fff-c1','python',0,'{"accepts":"recall","id":"g-319e332086d68fff-c1","question":"[library] and OpenCV share arrays.","solution":"**NumPy** and OpenCV share arrays.\\\nsee notes"}','429325789a05b7e449d5fc0702eff4df007730fd7293ff33728b2ab0705bd1ad','',NULL,1,'python/g-319e332086d68fff-c1');
INSERT INTO "cards" VALUES('python/g-319e332086d68fff-c2','python',1,'{"accepts":"recall","id":"g-319e332086d68fff-c2","question":"NumPy and [...] share arrays.","solution":"NumPy and **OpenCV** share arrays.\\\nsee notes"}','0265a53e84657b95dfffcb9035b18caa493a0914822b76c78b04d7b7126e0929','',NULL,1,'python/g-319e332086d68fff-c2');
INSERT INTO "cards" VALUES('python/g-557661b1b623cb4e','python',2,'{"accepts":"recall","id":"g-557661b1b623cb4e","question":"(picture: a.png)Which axis?","solution":"1 (sound: b.mp3)\\\nthe second"}','5d3d91d196078d71cb82cca1e50f3738580a25fbb5c5d2a5d5f87922fe79f732','',NULL,1,'python/g-557661b1b623cb4e');
INSERT INTO "cards" VALUES('default/g-a611559f62e1542a','default',0,'{"accepts":"recall","id":"g-a611559f62e1542a","question":"a < b & c","solution":"```\nif a:\n    b\n```","tags":["leech"]}','9667c956077d2d8a5e25113ba576540c4729bd80f86c46e3687daf899101f4e4','
leech
',NULL,1,'default/g-a611559f62e1542a');
INSERT INTO "cards" VALUES('rivers/r0','rivers',0,'{"accepts":"recall","id":"r0","question":"River 0?","solution":"Rhine 0","tags":["river"]}','ed96ee929155e7393b62e459a6dcbd31a6f7860f8b769479addf18c4280be7c0','
river
',NULL,1,'rivers/r0');
INSERT INTO "cards" VALUES('rivers/r1','rivers',1,'{"accepts":"recall","id":"r1","question":"River 1?","solution":"Rhine 1","tags":["river"]}','85074a9cc18f9935de7c952be0f5f26ff428ce30fcfbf5e6a56d7218457cab32','
river
',NULL,1,'rivers/r1');
INSERT INTO "cards" VALUES('rivers/r2','rivers',2,'{"accepts":"recall","id":"r2","question":"River 2?","solution":"Rhine 2","tags":["river"]}','b38ac3b277d71f6eccfb3f1fdb19ec87cdc5e089dc8c6770b3fba2a398ce768f','
river
',NULL,1,'rivers/r2');
INSERT INTO "cards" VALUES('rivers/r3','rivers',3,'{"accepts":"recall","id":"r3","question":"River 3?","solution":"Rhine 3","tags":["river"]}','35c566eb9a1f95de2653b9e33c406012814e06898f8dff2a5755f0d5d47a18e0','
river
',NULL,1,'rivers/r3');
INSERT INTO "cards" VALUES('rivers/r4','rivers',4,'{"accepts":"recall","id":"r4","question":"River 4?","solution":"Rhine 4","tags":["river"]}','bf25c8065fbfd7e78f734455a320167043779929c9daef84039af424be5fb8d1','
river
',NULL,1,'rivers/r4');
INSERT INTO "cards" VALUES('rivers/r5','rivers',5,'{"accepts":"recall","id":"r5","question":"River 5?","solution":"Rhine 5","tags":["river"]}','af601d62c072bc0bda9a6e06480d6f5e6161d391e96ed3097d666d50dc60fc1a','
river
',NULL,1,'rivers/r5');
INSERT INTO "cards" VALUES('rivers/r6','rivers',6,'{"accepts":"recall","id":"r6","question":"River 6?","solution":"Rhine 6","tags":["river"]}','62e02dae3a16157152c176e6eeac3643f1af8a6b0b3b1146fe7b4ba967480c8d','
river
',NULL,1,'rivers/r6');
INSERT INTO "cards" VALUES('rivers/r7','rivers',7,'{"accepts":"recall","id":"r7","question":"River 7?","solution":"Rhine 7","tags":["river"]}','01eb468685719a51de2f18287b44ec0c84e7cd08571fab6d2adf729ca93fb8ab','
river
',NULL,1,'rivers/r7');
CREATE TABLE decks (
	slug VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	about VARCHAR NOT NULL, 
	language VARCHAR NOT NULL, 
	path VARCHAR, 
	content VARCHAR NOT NULL, 
	content_hash VARCHAR NOT NULL, 
	code_hash VARCHAR NOT NULL, 
	stamp VARCHAR NOT NULL, 
	cards INTEGER NOT NULL, 
	disabled BOOLEAN NOT NULL, 
	trouble VARCHAR NOT NULL, 
	CONSTRAINT pk_decks PRIMARY KEY (slug)
);
INSERT INTO "decks" VALUES('pytorch-notes','PyTorch notes, small','','en','FOLDER/decks/pytorch-notes.yaml','{"deck":"pytorch-notes","format":1,"language":"en","title":"PyTorch notes, small"}','d0002f87a52385173eca27684052e8feef90d731886c554dbb514e31a45eef2a','69dc8f7605b562c1d2880e2ed736131e88facd8dad57a732ea74dbc7d1f1046d','1795878029451220796:615',4,0,'');
INSERT INTO "decks" VALUES('shapes','Shapes','','en','FOLDER/decks/shapes.yaml','{"deck":"shapes","format":1,"language":"en","title":"Shapes"}','98fba5905ea127d91a9ada787e40c6d7c26f0918df20dcb05a2734eea4d19698','','1795878031854561681:661',6,0,'');
INSERT INTO "decks" VALUES('terms','Words','','en','FOLDER/decks/words.yaml','{"deck": "terms", "format": 1, "language": "en", "title": "Words"}','cc228b6d2bfa03d0f1453f9cbb274e9563c6aa5a48e0239f19c4bb1b592072b0','','1795878031084959330:507',5,0,'');
INSERT INTO "decks" VALUES('away','Put away','','en','FOLDER/decks/away.yaml','{"deck":"away","format":1,"language":"en","title":"Put away"}','e88b3e0296ca2caf24f17fe32624ac210115acfea0054e094c3a3ee58ce768a6','','1795878031103481847:193',2,1,'');
INSERT INTO "decks" VALUES('capitals','capitals','','en',NULL,'{"deck":"capitals","format":1,"language":"en","title":"capitals"}','5604f33e85be3cce4d54b77f627ce11fc1421ddf0c6f274ccca6bb1009b10852','','',3,0,'');
INSERT INTO "decks" VALUES('python.torch','Python::Torch','','en',NULL,'{"deck":"python.torch","format":1,"language":"en","title":"Python::Torch"}','ad13862df1667a8d6dc2a36ee2c444bee70041f69ea5fb0ca61e3304efb55546','','',3,0,'');
INSERT INTO "decks" VALUES('python','Python','','en',NULL,'{"deck":"python","format":1,"language":"en","title":"Python"}','851a4d517c7fd386beb1ec2b54f1cb9a0921d5c1ef34cdda23ef58d9b90c3444','','',3,0,'');
INSERT INTO "decks" VALUES('default','Default','','en',NULL,'{"deck":"default","format":1,"language":"en","title":"Default"}','46db3d304350e610e6afdc3bad8e513f2097b139d7d2e5846979683ee76cb334','','',1,0,'');
INSERT INTO "decks" VALUES('rivers','rivers','','en',NULL,'{"deck":"rivers","format":1,"language":"en","title":"rivers"}','deddbcba944bd23fa4bb874064fadb667db24dfac5178c5908f97ceabde1a310','','',8,0,'');
CREATE TABLE drafts (
	card VARCHAR NOT NULL, 
	code VARCHAR NOT NULL, 
	CONSTRAINT pk_drafts PRIMARY KEY (card)
);
INSERT INTO "drafts" VALUES('terms/ein','half an ans');
INSERT INTO "drafts" VALUES('shapes/pad','edges = [');
CREATE TABLE events (
	id VARCHAR NOT NULL, 
	device VARCHAR NOT NULL, 
	action VARCHAR NOT NULL, 
	card VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	at BIGINT NOT NULL, 
	"offset" INTEGER NOT NULL, 
	day INTEGER NOT NULL, 
	q INTEGER, 
	rules INTEGER, 
	fuzz_days INTEGER NOT NULL, 
	seconds DOUBLE, 
	attempts INTEGER, 
	hints INTEGER, 
	verdict VARCHAR, 
	why VARCHAR, 
	seed BIGINT, 
	target VARCHAR, 
	to_day INTEGER, 
	disputed VARCHAR, 
	versions VARCHAR, 
	shown VARCHAR, 
	details VARCHAR, 
	CONSTRAINT pk_events PRIMARY KEY (id)
)
 WITHOUT ROWID

;
INSERT INTO "events" VALUES('00000000-0000-8081-b56e-df53e0b1d4c4','anki','00000000-0000-8081-b56e-df53e0b1d4c4','python.torch/g-ca334e68d4c119d0','recorded',1767774600000,0,20460,4,NULL,0,3.0,NULL,NULL,'none',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"ease_permille":2360,"interval_days":4,"last_interval_days":1,"revlog_type":2}');
INSERT INTO "events" VALUES('00000000-0000-819d-a759-872a2de73266','anki','00000000-0000-819d-a759-872a2de73266','python.torch/g-ca334e68d4c119d0','recorded',1769157000000,0,20476,5,NULL,0,2.5,NULL,NULL,'none',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"ease_permille":2360,"interval_days":30,"last_interval_days":12,"revlog_type":1}');
INSERT INTO "events" VALUES('00000000-0000-833b-ac91-62d8ce8eca6a','anki','00000000-0000-833b-ac91-62d8ce8eca6a','python.torch/g-ca334e68d4c119d0','recorded',1767688200000,0,20459,1,NULL,0,9.1,NULL,NULL,'none',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"ease_permille":2500,"interval_days":1,"last_interval_days":1,"revlog_type":1}');
INSERT INTO "events" VALUES('00000000-0000-86ad-8e16-3b030a1a35dc','anki','00000000-0000-86ad-8e16-3b030a1a35dc','python.torch/g-ca334e68d4c119d0','recorded',1767601800000,0,20458,4,NULL,0,4.2,NULL,NULL,'none',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"ease_permille":0,"interval_days":1,"last_interval_days":0,"revlog_type":0}');
INSERT INTO "events" VALUES('00000000-0000-87fc-b659-bbd136c186f6','anki','00000000-0000-87fc-b659-bbd136c186f6','python.torch/g-961a5daf1322f6ee','recorded',1767601800005,0,20458,5,NULL,0,1.0,NULL,NULL,'none',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"ease_permille":2500,"interval_days":4,"last_interval_days":0,"revlog_type":0}');
INSERT INTO "events" VALUES('00000000-0000-8c98-8eaf-b1d71278956c','anki','00000000-0000-8c98-8eaf-b1d71278956c','python.torch/g-ca334e68d4c119d0','recorded',1768120200000,0,20464,3,NULL,0,5.5,NULL,NULL,'none',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"ease_permille":2360,"interval_days":12,"last_interval_days":4,"revlog_type":1}');
INSERT INTO "events" VALUES('00000000-0000-8ef3-bafb-c834c8c0bca6','anki','00000000-0000-8ef3-bafb-c834c8c0bca6','python.torch/g-961a5daf1322f6ee','recorded',1767947400000,0,20462,4,NULL,0,1.5,NULL,NULL,'none',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"ease_permille":2500,"interval_days":6,"last_interval_days":4,"revlog_type":1}');
INSERT INTO "events" VALUES('01a14503-99c1-76cc-a005-0ed31a6e72b9','b9096a04e7d80068','01a14503-99c1-76cc-a005-0ed31a6e72b9','capitals/jp','graded',1792159226305,120,20742,5,1,0,34.8,1,0,'pass',NULL,873468054,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,260,20743]]',NULL);
INSERT INTO "events" VALUES('01a14504-e24d-75a1-9428-61cd55e7d67e','b9096a04e7d80068','01a14504-e24d-75a1-9428-61cd55e7d67e','pytorch-notes/stride','graded',1792159310413,120,20742,4,1,0,25.3,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,250,20743]]',NULL);
INSERT INTO "events" VALUES('01a14505-3106-7ea8-88fc-20813e1dcfb5','b9096a04e7d80068','01a14505-3106-7ea8-88fc-20813e1dcfb5','pytorch-notes/rank','graded',1792159330566,120,20742,5,1,0,31.6,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,260,20743]]',NULL);
INSERT INTO "events" VALUES('01a14505-80ab-7eec-a9d1-44e441bc858e','b9096a04e7d80068','01a14505-80ab-7eec-a9d1-44e441bc858e','words/leech','graded',1792159350955,120,20742,4,1,0,12.2,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,250,20743]]',NULL);
INSERT INTO "events" VALUES('01a14a2c-382d-7c29-8786-a2284cfdb1e7','b9096a04e7d80068','01a14a2c-382d-7c29-8786-a2284cfdb1e7','words/leech','graded',1792245774381,120,20743,1,1,0,42.6,1,0,'fail','error',1715987091,NULL,NULL,NULL,NULL,'[[1,1,250,20743],[0,1,250,20744]]',NULL);
INSERT INTO "events" VALUES('01a14fc0-e0ab-724b-879f-25eefefa0243','b9096a04e7d80068','01a14fc0-e0ab-724b-879f-25eefefa0243','pytorch-notes/stride','graded',1792339402923,120,20744,4,1,0,24.9,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,250,20743],[2,6,250,20750]]',NULL);
INSERT INTO "events" VALUES('01a14fc1-b071-7ba0-ac1d-8f47fe1d515b','b9096a04e7d80068','01a14fc1-b071-7ba0-ac1d-8f47fe1d515b','words/leech','graded',1792339456113,120,20744,4,1,0,7.9,3,0,'pass',NULL,415315717,NULL,NULL,NULL,NULL,'[[0,1,250,20744],[1,1,250,20745]]',NULL);
INSERT INTO "events" VALUES('01a14fc2-0a7c-77aa-b9b8-a314c34e9d45','b9096a04e7d80068','01a14fc2-0a7c-77aa-b9b8-a314c34e9d45','pytorch-notes/rank','graded',1792339479164,120,20744,1,1,0,48.8,2,1,'fail',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,260,20743],[0,1,260,20745]]','{"mistakes":["an index is no slice"]}');
INSERT INTO "events" VALUES('01a14fc2-7dc0-7f80-9bcd-4b53bf4b099c','b9096a04e7d80068','01a14fc2-7dc0-7f80-9bcd-4b53bf4b099c','capitals/jp','graded',1792339508672,120,20744,5,1,0,56.3,3,0,'pass',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[1,1,260,20743],[2,6,270,20750]]',NULL);
INSERT INTO "events" VALUES('01a14fc3-20be-7710-86f2-f0d0c9a20e34','b9096a04e7d80068','01a14fc3-20be-7710-86f2-f0d0c9a20e34','shapes/flat','graded',1792339550398,120,20744,4,1,0,6.1,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,250,20745]]',NULL);
INSERT INTO "events" VALUES('01a14fc4-46b7-7150-a297-ee54e570d89a','b9096a04e7d80068','01a14fc4-46b7-7150-a297-ee54e570d89a','words/drei','graded',1792339625655,120,20744,3,1,0,42.3,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,236,20745]]',NULL);
INSERT INTO "events" VALUES('01a14fc4-a67e-74a4-98e2-cd3639f4faf9','b9096a04e7d80068','01a14fc4-a67e-74a4-98e2-cd3639f4faf9','pytorch-notes/rank','drilled',1792339650174,120,20744,4,1,0,17.2,2,0,'pass',NULL,514974604,NULL,NULL,NULL,NULL,'[[0,1,260,20745],[0,1,260,20745]]',NULL);
INSERT INTO "events" VALUES('01a14fc5-e1e9-74e5-a7b2-8ccb4fb0b0fc','b9096a04e7d80068','01a14fc5-e1e9-74e5-a7b2-8ccb4fb0b0fc','words/drei','drilled',1792339730921,120,20744,2,1,0,39.2,2,1,'fail','assert',404934569,NULL,NULL,NULL,NULL,'[[1,1,236,20745],[1,1,236,20745]]',NULL);
INSERT INTO "events" VALUES('01a14fc6-31cc-7ad8-813e-1fc41942eec2','b9096a04e7d80068','01a14fc6-31cc-7ad8-813e-1fc41942eec2','pytorch-notes/rank','graded',1792339751372,120,20744,4,1,0,13.2,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,260,20745],[0,1,260,20745]]',NULL);
INSERT INTO "events" VALUES('01a14fc6-70af-75c3-8f68-d5547667ae45','b9096a04e7d80068','01a14fc6-70af-75c3-8f68-d5547667ae45','words/leech','graded',1792339767471,120,20744,4,1,0,23.0,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,250,20745],[1,1,250,20745]]',NULL);
INSERT INTO "events" VALUES('01a14fc6-736b-708e-93e0-d660110d547d','b9096a04e7d80068','01a14fc6-736b-708e-93e0-d660110d547d','','undone',1792339768171,120,20744,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a14fc6-70af-75c3-8f68-d5547667ae45',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a14fc6-7627-7bef-b6d1-cf4636181180','b9096a04e7d80068','01a14fc6-7627-7bef-b6d1-cf4636181180','','undone',1792339768871,120,20744,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a14fc6-31cc-7ad8-813e-1fc41942eec2',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a14fc6-78e3-7d02-b36e-76130290d45d','b9096a04e7d80068','01a14fc6-78e3-7d02-b36e-76130290d45d','','undone',1792339769571,120,20744,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a14fc5-e1e9-74e5-a7b2-8ccb4fb0b0fc',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a14fc6-7b9f-70b8-91ea-bda4877e0ba6','b9096a04e7d80068','01a14fc6-7b9f-70b8-91ea-bda4877e0ba6','','redone',1792339770271,120,20744,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a14fc6-78e3-7d02-b36e-76130290d45d',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a14fc6-7e5b-7d6a-8c0c-f1c2c04acf16','b9096a04e7d80068','01a14fc6-7e5b-7d6a-8c0c-f1c2c04acf16','','redone',1792339770971,120,20744,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a14fc6-7627-7bef-b6d1-cf4636181180',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a14fc6-8117-7bfd-973f-b719f779a6f5','b9096a04e7d80068','01a14fc6-8117-7bfd-973f-b719f779a6f5','','undone',1792339771671,120,20744,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a14fc6-31cc-7ad8-813e-1fc41942eec2',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a154ed-0449-7918-b4fb-d0a1bfed0fec','b9096a04e7d80068','01a154ed-0449-7918-b4fb-d0a1bfed0fec','words/leech','graded',1792426181705,120,20745,1,1,0,18.3,1,0,'fail','error',NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[1,1,250,20745],[0,1,250,20746]]',NULL);
INSERT INTO "events" VALUES('01a15a13-c609-74af-8767-7920ccf928a2','b9096a04e7d80068','01a15a13-c609-74af-8767-7920ccf928a2','pytorch-notes/rank','graded',1792512607753,120,20746,5,1,0,23.2,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,260,20745],[1,1,270,20747]]',NULL);
INSERT INTO "events" VALUES('01a15a14-143c-7ceb-bd80-2e5f73597ee1','b9096a04e7d80068','01a15a14-143c-7ceb-bd80-2e5f73597ee1','words/drei','graded',1792512627772,120,20746,4,1,0,52.4,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,236,20745],[2,6,236,20752]]',NULL);
INSERT INTO "events" VALUES('01a15a14-f622-7acc-852a-a1c15e0b1ef7','b9096a04e7d80068','01a15a14-f622-7acc-852a-a1c15e0b1ef7','shapes/flat','graded',1792512685602,120,20746,4,1,0,37.8,2,0,'pass',NULL,195944465,NULL,NULL,NULL,NULL,'[[1,1,250,20745],[2,6,250,20752]]',NULL);
INSERT INTO "events" VALUES('01a15a16-099f-7b38-84d7-d3fc258b4438','b9096a04e7d80068','01a15a16-099f-7b38-84d7-d3fc258b4438','words/leech','graded',1792512756127,120,20746,1,1,0,18.5,3,0,'fail','assert',780444572,NULL,NULL,NULL,NULL,'[[0,1,250,20746],[0,1,250,20747]]','{"mistakes":["an index is no slice"]}');
INSERT INTO "events" VALUES('01a15a17-3666-728e-b3c2-d892d744df80','b9096a04e7d80068','01a15a17-3666-728e-b3c2-d892d744df80','words/ein','graded',1792512833126,120,20746,4,1,0,15.6,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,250,20747]]',NULL);
INSERT INTO "events" VALUES('01a15a18-58ac-7c44-a02a-3d9bbd284c80','b9096a04e7d80068','01a15a18-58ac-7c44-a02a-3d9bbd284c80','away/right','graded',1792512907436,120,20746,3,1,0,39.3,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,236,20747]]',NULL);
INSERT INTO "events" VALUES('01a15a18-f0a2-7e70-a432-28c88fae2ae1','b9096a04e7d80068','01a15a18-f0a2-7e70-a432-28c88fae2ae1','words/leech','drilled',1792512946338,120,20746,5,1,0,8.6,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20747],[0,1,250,20747]]',NULL);
INSERT INTO "events" VALUES('01a15a1a-23cc-7b0d-a407-0cae5ed6b178','b9096a04e7d80068','01a15a1a-23cc-7b0d-a407-0cae5ed6b178','away/right','drilled',1792513024972,120,20746,5,1,0,8.3,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,236,20747],[1,1,236,20747]]',NULL);
INSERT INTO "events" VALUES('01a15a1b-5adc-7944-a0fb-641422f00346','b9096a04e7d80068','01a15a1b-5adc-7944-a0fb-641422f00346','pytorch-notes/rank','graded',1792513104604,120,20746,4,1,0,42.6,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,270,20747],[1,1,270,20747]]',NULL);
INSERT INTO "events" VALUES('01a15a1b-8706-7c90-bed1-3cd2464d50de','b9096a04e7d80068','01a15a1b-8706-7c90-bed1-3cd2464d50de','words/leech','graded',1792513115910,120,20746,4,1,0,40.4,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20747],[0,1,250,20747]]',NULL);
INSERT INTO "events" VALUES('01a15a1b-8ce2-757e-a95a-0eb0c756722d','b9096a04e7d80068','01a15a1b-8ce2-757e-a95a-0eb0c756722d','shapes/pad','suspended',1792513117410,120,20746,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a15a1b-8ce3-7e44-a560-0a6e15c43ca3','b9096a04e7d80068','01a15a1b-8ce2-757e-a95a-0eb0c756722d','shapes/swap','suspended',1792513117410,120,20746,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a15a1b-92be-778c-988d-52954256de5c','b9096a04e7d80068','01a15a1b-92be-778c-988d-52954256de5c','words/ein','buried',1792513118910,120,20746,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a15a1b-989a-7d93-bfbf-86434de1b425','b9096a04e7d80068','01a15a1b-989a-7d93-bfbf-86434de1b425','words/zwei','marked',1792513120410,120,20746,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a15a1c-b56f-7eb2-bd5c-a78e82297fdb','b9096a04e7d80068','01a15a1c-b56f-7eb2-bd5c-a78e82297fdb','words/zwei','crammed',1792513193327,120,20746,5,1,0,30.7,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[0,0,250,null]]',NULL);
INSERT INTO "events" VALUES('01a15a1d-0576-7284-abca-af91f61d38fb','b9096a04e7d80068','01a15a1d-0576-7284-abca-af91f61d38fb','old/one','graded',1792513213814,120,20746,3,1,0,54.2,3,1,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,236,20747]]',NULL);
INSERT INTO "events" VALUES('01a15a1e-078b-7890-b384-a7ae309fa303','b9096a04e7d80068','01a15a1e-078b-7890-b384-a7ae309fa303','away/left','graded',1792513279883,120,20746,4,1,0,54.0,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,250,20747]]',NULL);
INSERT INTO "events" VALUES('01a15f44-bf0e-785e-b891-150937a87caf','b9096a04e7d80068','01a15f44-bf0e-785e-b891-150937a87caf','words/leech','graded',1792599703310,120,20747,1,1,0,24.7,1,1,'fail','time',NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[0,1,250,20747],[0,1,250,20748]]',NULL);
INSERT INTO "events" VALUES('01a163c7-7853-7b00-a69d-18dd4ad5a9b1','b9096a04e7d80068','01a163c7-7853-7b00-a69d-18dd4ad5a9b1','words/leech','graded',1792675379283,120,20748,4,1,0,45.1,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20748],[1,1,250,20749]]',NULL);
INSERT INTO "events" VALUES('01a163c8-58f4-7656-8112-8b97d2bfaa5e','b9096a04e7d80068','01a163c8-58f4-7656-8112-8b97d2bfaa5e','old/one','graded',1792675436788,120,20748,4,1,0,17.8,3,0,'pass',NULL,142490442,NULL,NULL,NULL,NULL,'[[1,1,236,20747],[2,6,236,20754]]',NULL);
INSERT INTO "events" VALUES('01a163c8-b3cb-7131-b1c7-bcbf712212f3','b9096a04e7d80068','01a163c8-b3cb-7131-b1c7-bcbf712212f3','away/right','graded',1792675460043,120,20748,0,1,0,34.2,1,0,'shown','time',NULL,NULL,NULL,NULL,NULL,'[[1,1,236,20747],[0,1,236,20749]]',NULL);
INSERT INTO "events" VALUES('01a163c9-2cd7-7048-9e06-69ae3ba920e9','b9096a04e7d80068','01a163c9-2cd7-7048-9e06-69ae3ba920e9','words/ein','graded',1792675491031,120,20748,0,1,0,30.3,3,1,'shown',NULL,2068243618,NULL,NULL,NULL,NULL,'[[1,1,250,20747],[0,1,250,20749]]',NULL);
INSERT INTO "events" VALUES('01a163ca-5e70-7966-829f-af622ad8ced5','b9096a04e7d80068','01a163ca-5e70-7966-829f-af622ad8ced5','pytorch-notes/rank','graded',1792675569264,120,20748,4,1,0,27.3,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,270,20747],[2,6,270,20754]]',NULL);
INSERT INTO "events" VALUES('01a163ca-aaf4-7aab-af21-9dd7434a34b3','b9096a04e7d80068','01a163ca-aaf4-7aab-af21-9dd7434a34b3','away/left','graded',1792675588852,120,20748,4,1,0,2.5,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,250,20747],[2,6,250,20754]]',NULL);
INSERT INTO "events" VALUES('01a163cb-9825-763a-93ef-99a50fc9f111','b9096a04e7d80068','01a163cb-9825-763a-93ef-99a50fc9f111','shapes/lost','graded',1792675649573,120,20748,4,1,0,54.9,3,0,'pass',NULL,1858992907,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,250,20749]]',NULL);
INSERT INTO "events" VALUES('01a163cc-0818-7c6f-afa1-7c4a8a4ffc67','b9096a04e7d80068','01a163cc-0818-7c6f-afa1-7c4a8a4ffc67','capitals/it','graded',1792675678232,120,20748,2,1,0,44.3,2,0,'taught',NULL,1622522195,NULL,NULL,NULL,NULL,'[[0,0,250,null],[0,1,250,20749]]',NULL);
INSERT INTO "events" VALUES('01a163cd-13fd-7b1b-91a0-f9c8c70b1d8b','b9096a04e7d80068','01a163cd-13fd-7b1b-91a0-f9c8c70b1d8b','away/right','drilled',1792675746813,120,20748,5,1,0,17.9,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,236,20749],[0,1,236,20749]]',NULL);
INSERT INTO "events" VALUES('01a163cd-db6f-7873-9bc5-31dd08d0b2d4','b9096a04e7d80068','01a163cd-db6f-7873-9bc5-31dd08d0b2d4','words/ein','drilled',1792675797871,120,20748,4,1,0,27.3,1,0,'pass',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[0,1,250,20749],[0,1,250,20749]]',NULL);
INSERT INTO "events" VALUES('01a163ce-6290-7ada-81b2-a928fc9d12e8','b9096a04e7d80068','01a163ce-6290-7ada-81b2-a928fc9d12e8','capitals/it','drilled',1792675832464,120,20748,2,1,0,18.3,1,0,'fail','assert',NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20749],[0,1,250,20749]]',NULL);
INSERT INTO "events" VALUES('01a163cf-b9ae-7683-b31e-1a0e8b239dd9','b9096a04e7d80068','01a163cf-b9ae-7683-b31e-1a0e8b239dd9','pytorch-notes/rank','graded',1792675920302,120,20748,4,1,0,40.5,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[2,6,270,20754],[2,6,270,20754]]',NULL);
INSERT INTO "events" VALUES('01a163d0-7c03-77d3-9397-3ac02d5dd140','b9096a04e7d80068','01a163d0-7c03-77d3-9397-3ac02d5dd140','words/leech','graded',1792675970051,120,20748,4,1,0,1.6,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,250,20749],[1,1,250,20749]]',NULL);
INSERT INTO "events" VALUES('01a163d0-81df-7f06-8c4c-026f35d8f0c5','b9096a04e7d80068','01a163d0-81df-7f06-8c4c-026f35d8f0c5','words/ein','unburied',1792675971551,120,20748,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a163d0-87bb-717d-9944-fb17d26585e1','b9096a04e7d80068','01a163d0-87bb-717d-9944-fb17d26585e1','shapes/pad','resumed',1792675973051,120,20748,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a163d0-8a77-7b1b-a25d-1b8725c6b299','b9096a04e7d80068','01a163d0-8a77-7b1b-a25d-1b8725c6b299','','undone',1792675973751,120,20748,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a163d0-87bb-717d-9944-fb17d26585e1',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a163d0-8d33-7a5b-8337-6f26ff9767be','b9096a04e7d80068','01a163d0-8d33-7a5b-8337-6f26ff9767be','','undone',1792675974451,120,20748,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a163d0-81df-7f06-8c4c-026f35d8f0c5',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a163d0-8fef-7f24-99b3-567fcb004fc6','b9096a04e7d80068','01a163d0-8fef-7f24-99b3-567fcb004fc6','','redone',1792675975151,120,20748,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a163d0-8d33-7a5b-8337-6f26ff9767be',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a163d0-92ab-7037-b6e3-41d08d9ee299','b9096a04e7d80068','01a163d0-92ab-7037-b6e3-41d08d9ee299','','undone',1792675975851,120,20748,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a163d0-81df-7f06-8c4c-026f35d8f0c5',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a163d1-4d89-79c7-b2b7-a98ec0586df0','b9096a04e7d80068','01a163d1-4d89-79c7-b2b7-a98ec0586df0','shapes/lost','graded',1792676023689,120,20748,2,1,0,52.4,1,0,'fail','assert',1325677959,NULL,NULL,NULL,NULL,'[[1,1,250,20749],[0,1,250,20749]]',NULL);
INSERT INTO "events" VALUES('01a163d2-0a79-70ab-90cd-45a67856e8f3','b9096a04e7d80068','01a163d2-0a79-70ab-90cd-45a67856e8f3','pytorch-notes/stride','graded',1792676072057,120,20748,2,1,0,16.4,1,1,'fail',NULL,1686157072,NULL,NULL,'the check wants an int, mine is a tensor
of one',NULL,'[[2,6,250,20750],[0,1,250,20749]]',NULL);
INSERT INTO "events" VALUES('01a168f9-24ce-7f25-b5ae-014047bb9155','b9096a04e7d80068','01a168f9-24ce-7f25-b5ae-014047bb9155','words/leech','graded',1792762520782,120,20749,1,1,0,59.1,1,0,'fail',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,250,20749],[0,1,250,20750]]',NULL);
INSERT INTO "events" VALUES('01a16e20-ad62-7071-9572-ac531ab78905','b9096a04e7d80068','01a16e20-ad62-7071-9572-ac531ab78905','away/right','graded',1792848997730,120,20750,0,1,0,40.9,1,1,'shown',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,236,20749],[0,1,236,20751]]',NULL);
INSERT INTO "events" VALUES('01a16e20-d2d4-7cbd-991c-bfdc3fc10dde','b9096a04e7d80068','01a16e20-d2d4-7cbd-991c-bfdc3fc10dde','words/ein','graded',1792849007316,120,20750,0,1,0,54.8,3,0,'shown',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20749],[0,1,250,20751]]',NULL);
INSERT INTO "events" VALUES('01a16e21-15dd-70c5-803f-2ef9d31f4704','b9096a04e7d80068','01a16e21-15dd-70c5-803f-2ef9d31f4704','pytorch-notes/stride','graded',1792849024477,120,20750,4,1,0,31.8,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20749],[1,1,250,20751]]',NULL);
INSERT INTO "events" VALUES('01a16e22-21ce-7c93-81af-a01acef73b52','b9096a04e7d80068','01a16e22-21ce-7c93-81af-a01acef73b52','words/leech','graded',1792849093070,120,20750,4,1,0,3.6,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20750],[1,1,250,20751]]',NULL);
INSERT INTO "events" VALUES('01a16e22-6b58-76ef-8b95-da5d9f0ea523','b9096a04e7d80068','01a16e22-6b58-76ef-8b95-da5d9f0ea523','shapes/lost','graded',1792849111896,120,20750,4,1,0,54.1,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20749],[1,1,250,20751]]',NULL);
INSERT INTO "events" VALUES('01a16e23-ac99-7753-94e8-07d8947069a7','b9096a04e7d80068','01a16e23-ac99-7753-94e8-07d8947069a7','capitals/it','graded',1792849194137,120,20750,5,1,0,12.9,2,0,'pass',NULL,1985034296,NULL,NULL,NULL,NULL,'[[0,1,250,20749],[1,1,260,20751]]',NULL);
INSERT INTO "events" VALUES('01a16e24-b55b-7a36-bcbf-b6975c21f0ef','b9096a04e7d80068','01a16e24-b55b-7a36-bcbf-b6975c21f0ef','capitals/fr','graded',1792849261915,120,20750,5,1,0,19.5,2,0,'pass',NULL,642479868,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,260,20751]]',NULL);
INSERT INTO "events" VALUES('01a16e25-2009-73f0-adfd-53984127eb7b','b9096a04e7d80068','01a16e25-2009-73f0-adfd-53984127eb7b','shapes/squeeze','graded',1792849289225,120,20750,3,1,0,35.4,3,0,'pass',NULL,1687475688,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,236,20751]]',NULL);
INSERT INTO "events" VALUES('01a16e26-4133-7c13-a7f6-375ffddafd71','b9096a04e7d80068','01a16e26-4133-7c13-a7f6-375ffddafd71','away/right','drilled',1792849363251,120,20750,2,1,0,12.1,2,1,'fail',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,236,20751],[0,1,236,20751]]',NULL);
INSERT INTO "events" VALUES('01a16e26-e02f-728e-abc4-9bbe6d541344','b9096a04e7d80068','01a16e26-e02f-728e-abc4-9bbe6d541344','words/ein','drilled',1792849403951,120,20750,4,1,0,48.2,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20751],[0,1,250,20751]]',NULL);
INSERT INTO "events" VALUES('01a16e27-67eb-7203-b89c-bbcb6678e0c6','b9096a04e7d80068','01a16e27-67eb-7203-b89c-bbcb6678e0c6','shapes/squeeze','drilled',1792849438699,120,20750,2,1,0,28.6,3,1,'fail','time',1418025094,NULL,NULL,NULL,NULL,'[[1,1,236,20751],[1,1,236,20751]]',NULL);
INSERT INTO "events" VALUES('01a16e27-9410-7dad-bba1-49120c31a41f','b9096a04e7d80068','01a16e27-9410-7dad-bba1-49120c31a41f','pytorch-notes/rank','graded',1792849450000,120,20750,4,1,0,9.5,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[2,6,270,20754],[2,6,270,20754]]',NULL);
INSERT INTO "events" VALUES('01a16e28-36e0-79c4-8443-c48ffad9def9','b9096a04e7d80068','01a16e28-36e0-79c4-8443-c48ffad9def9','words/leech','graded',1792849491680,120,20750,4,1,0,7.4,2,0,'pass',NULL,254557408,NULL,NULL,NULL,NULL,'[[1,1,250,20751],[1,1,250,20751]]',NULL);
INSERT INTO "events" VALUES('01a1734e-d74b-7cab-ba1d-967c8ef96d50','b9096a04e7d80068','01a1734e-d74b-7cab-ba1d-967c8ef96d50','words/leech','graded',1792935909195,120,20751,1,1,0,31.9,3,1,'fail','time',NULL,NULL,NULL,NULL,NULL,'[[1,1,250,20751],[0,1,250,20752]]',NULL);
INSERT INTO "events" VALUES('01a17876-5f02-734c-ade5-b8237979024a','b9096a04e7d80068','01a17876-5f02-734c-ade5-b8237979024a','capitals/jp','graded',1793022385922,120,20752,0,1,0,21.0,2,1,'shown','time',188887816,NULL,NULL,NULL,NULL,'[[2,6,270,20750],[0,1,270,20753]]',NULL);
INSERT INTO "events" VALUES('01a17876-a448-7555-9485-c04e1743a6ba','b9096a04e7d80068','01a17876-a448-7555-9485-c04e1743a6ba','words/leech','graded',1793022403656,120,20752,2,1,0,3.6,3,0,'fail','assert',2020417593,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[0,1,250,20752],[0,1,250,20753]]',NULL);
INSERT INTO "events" VALUES('01a17877-bd77-705a-8fed-b2d3e0e83507','b9096a04e7d80068','01a17877-bd77-705a-8fed-b2d3e0e83507','shapes/lost','graded',1793022475639,120,20752,0,1,0,58.6,2,0,'shown','assert',NULL,NULL,NULL,NULL,NULL,'[[1,1,250,20751],[0,1,250,20753]]',NULL);
INSERT INTO "events" VALUES('01a17878-7ffd-7286-bc5b-91bbd067d9a9','b9096a04e7d80068','01a17878-7ffd-7286-bc5b-91bbd067d9a9','away/right','graded',1793022525437,120,20752,0,1,0,26.3,2,1,'shown',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,236,20751],[0,1,236,20753]]',NULL);
INSERT INTO "events" VALUES('01a17879-9f49-7e34-85b3-0312d99acb9b','b9096a04e7d80068','01a17879-9f49-7e34-85b3-0312d99acb9b','capitals/it','graded',1793022598985,120,20752,5,1,0,42.7,2,0,'pass',NULL,1905783533,NULL,NULL,NULL,NULL,'[[1,1,260,20751],[2,6,270,20758]]',NULL);
INSERT INTO "events" VALUES('01a17879-c130-7f4d-ab4f-0481abb2500c','b9096a04e7d80068','01a17879-c130-7f4d-ab4f-0481abb2500c','shapes/flat','graded',1793022607664,120,20752,3,1,0,50.7,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[2,6,250,20752],[3,15,236,20767]]',NULL);
INSERT INTO "events" VALUES('01a1787a-56ea-7ba9-b411-34589525ba38','b9096a04e7d80068','01a1787a-56ea-7ba9-b411-34589525ba38','shapes/far','graded',1793022645994,120,20752,0,1,0,18.8,3,1,'taught','error',159353118,NULL,NULL,NULL,NULL,'[[0,0,250,null],[0,1,250,20753]]',NULL);
INSERT INTO "events" VALUES('01a1787a-e7c3-7c94-b523-e5681e2c8529','b9096a04e7d80068','01a1787a-e7c3-7c94-b523-e5681e2c8529','words/vier','graded',1793022683075,120,20752,4,1,0,1.8,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,250,20753]]',NULL);
INSERT INTO "events" VALUES('01a1787b-d533-7baf-b2d4-3f4084e32ac3','b9096a04e7d80068','01a1787b-d533-7baf-b2d4-3f4084e32ac3','capitals/jp','drilled',1793022743859,120,20752,4,1,0,49.5,3,0,'pass',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[0,1,270,20753],[0,1,270,20753]]',NULL);
INSERT INTO "events" VALUES('01a1787c-ec72-723a-9067-85870ec8e073','b9096a04e7d80068','01a1787c-ec72-723a-9067-85870ec8e073','words/leech','drilled',1793022815346,120,20752,4,1,0,35.4,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20753],[0,1,250,20753]]',NULL);
INSERT INTO "events" VALUES('01a1787d-3b2f-7f68-a17b-621c3f0b34ec','b9096a04e7d80068','01a1787d-3b2f-7f68-a17b-621c3f0b34ec','shapes/lost','drilled',1793022835503,120,20752,2,1,0,5.1,1,1,'fail','error',86098690,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[0,1,250,20753],[0,1,250,20753]]',NULL);
INSERT INTO "events" VALUES('01a1787d-91df-7c07-875b-52302b19940d','b9096a04e7d80068','01a1787d-91df-7c07-875b-52302b19940d','pytorch-notes/rank','graded',1793022857695,120,20752,4,1,0,8.5,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[2,6,270,20754],[2,6,270,20754]]',NULL);
INSERT INTO "events" VALUES('01a1787e-9fd5-706f-a99a-f8bb1cb43524','b9096a04e7d80068','01a1787e-9fd5-706f-a99a-f8bb1cb43524','words/leech','graded',1793022926805,120,20752,4,1,0,12.0,1,0,'pass',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[0,1,250,20753],[0,1,250,20753]]',NULL);
INSERT INTO "events" VALUES('01a17da5-d078-7b33-a551-2301623f5499','b9096a04e7d80068','01a17da5-d078-7b33-a551-2301623f5499','words/leech','graded',1793109381240,120,20753,1,1,0,20.3,3,0,'fail','time',NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20753],[0,1,250,20754]]',NULL);
INSERT INTO "events" VALUES('01a18227-64e0-72eb-a419-7451f3c31c08','b9096a04e7d80068','01a18227-64e0-72eb-a419-7451f3c31c08','shapes/flat','renamed',1793184982240,120,20754,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'shapes/flatten',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a18227-64e1-7091-b0ee-c4b6c0b83fe6','b9096a04e7d80068','01a18227-64e1-7091-b0ee-c4b6c0b83fe6','shapes/pad','renamed',1793184982240,120,20754,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'shapes/padding',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a18228-6045-7e92-aeb0-6639e33fffce','b9096a04e7d80068','01a18228-6045-7e92-aeb0-6639e33fffce','capitals/fr','graded',1793185046597,120,20754,5,1,0,12.1,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,260,20751],[2,6,270,20760]]',NULL);
INSERT INTO "events" VALUES('01a18228-cac6-754f-9f1e-78b34338a582','b9096a04e7d80068','01a18228-cac6-754f-9f1e-78b34338a582','away/right','graded',1793185073862,120,20754,5,1,0,18.8,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,236,20753],[1,1,246,20755]]',NULL);
INSERT INTO "events" VALUES('01a1822a-073a-7dbb-b876-3818a91548f7','b9096a04e7d80068','01a1822a-073a-7dbb-b876-3818a91548f7','words/ein','graded',1793185154874,120,20754,5,1,0,24.0,1,0,'pass',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[0,1,250,20751],[1,1,260,20755]]',NULL);
INSERT INTO "events" VALUES('01a1822b-57c9-7d9e-abb9-850fe8700ee9','b9096a04e7d80068','01a1822b-57c9-7d9e-abb9-850fe8700ee9','shapes/squeeze','graded',1793185241033,120,20754,4,1,0,47.4,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,236,20751],[2,6,236,20760]]',NULL);
INSERT INTO "events" VALUES('01a1822b-9f87-746f-b928-a64cac7e081a','b9096a04e7d80068','01a1822b-9f87-746f-b928-a64cac7e081a','shapes/far','graded',1793185259399,120,20754,4,1,0,47.8,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20753],[1,1,250,20755]]',NULL);
INSERT INTO "events" VALUES('01a1822b-f0d2-7822-8de6-003094fb2df4','b9096a04e7d80068','01a1822b-f0d2-7822-8de6-003094fb2df4','words/vier','graded',1793185280210,120,20754,4,1,0,6.2,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,250,20753],[2,6,250,20760]]',NULL);
INSERT INTO "events" VALUES('01a1822c-eb10-773f-9ec3-d9ebdb4fa8de','b9096a04e7d80068','01a1822c-eb10-773f-9ec3-d9ebdb4fa8de','pytorch-notes/cat','graded',1793185344272,120,20754,2,1,0,44.4,1,1,'taught','assert',NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[0,1,250,20755]]',NULL);
INSERT INTO "events" VALUES('01a1822d-646c-74a8-9dc7-459755183353','b9096a04e7d80068','01a1822d-646c-74a8-9dc7-459755183353','pytorch-notes/gather','graded',1793185375340,120,20754,5,1,0,22.8,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,260,20755]]',NULL);
INSERT INTO "events" VALUES('01a1822e-7cef-7e7a-bfd9-17c95e178de6','b9096a04e7d80068','01a1822e-7cef-7e7a-bfd9-17c95e178de6','pytorch-notes/cat','drilled',1793185447151,120,20754,4,1,0,21.0,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20755],[0,1,250,20755]]',NULL);
INSERT INTO "events" VALUES('01a1822f-3507-706a-9694-d239a4294ffe','b9096a04e7d80068','01a1822f-3507-706a-9694-d239a4294ffe','shapes/padding','graded',1793185494279,120,20754,4,1,0,34.7,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,250,20755]]',NULL);
INSERT INTO "events" VALUES('01a1822f-38ef-7a98-a7e2-2c8f1413ad57','b9096a04e7d80068','01a1822f-38ef-7a98-a7e2-2c8f1413ad57','shapes/swap','renamed',1793185495279,120,20754,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'shapes/axes',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a18756-30fb-7d23-af15-ac3477fd77c0','b9096a04e7d80068','01a18756-30fb-7d23-af15-ac3477fd77c0','old/one','graded',1793271935227,60,20755,3,1,0,17.1,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[2,6,236,20754],[3,14,222,20769]]',NULL);
INSERT INTO "events" VALUES('01a18756-70ae-7383-b2b9-61dc21ec522c','b9096a04e7d80068','01a18756-70ae-7383-b2b9-61dc21ec522c','pytorch-notes/cat','graded',1793271951534,60,20755,4,1,0,51.6,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20755],[1,1,250,20756]]',NULL);
INSERT INTO "events" VALUES('01a18757-203a-718d-b353-7fe23773b161','b9096a04e7d80068','01a18757-203a-718d-b353-7fe23773b161','pytorch-notes/stride','graded',1793271996474,60,20755,4,1,0,58.5,3,0,'pass',NULL,558058605,NULL,NULL,NULL,NULL,'[[1,1,250,20751],[2,6,250,20761]]',NULL);
INSERT INTO "events" VALUES('01a18757-d7f3-79cf-a269-c97580d6857f','b9096a04e7d80068','01a18757-d7f3-79cf-a269-c97580d6857f','words/ein','graded',1793272043507,60,20755,4,1,0,1.5,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,260,20755],[2,6,260,20761]]',NULL);
INSERT INTO "events" VALUES('01a18758-daa0-78df-8f01-3cc35120a86b','b9096a04e7d80068','01a18758-daa0-78df-8f01-3cc35120a86b','words/zwei','graded',1793272109728,60,20755,4,1,0,29.6,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,250,20756]]',NULL);
INSERT INTO "events" VALUES('01a18759-965e-755a-8157-d20b7a40a149','b9096a04e7d80068','01a18759-965e-755a-8157-d20b7a40a149','old/one','drilled',1793272157790,60,20755,5,1,0,4.5,3,0,'pass',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[3,14,222,20769],[3,14,222,20769]]',NULL);
INSERT INTO "events" VALUES('01a18759-9c3a-7177-bd15-863ff2f55598','b9096a04e7d80068','01a18759-9c3a-7177-bd15-863ff2f55598','words/zwei','marked',1793272159290,60,20755,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a18c7b-f4d7-710d-bd15-85be35dc68d2','199b5584df856fbe','01a18c7b-f4d7-710d-bd15-85be35dc68d2','shapes/flat','renamed',1793358296279,-300,20756,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'shapes/flatten',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a18c7b-f4d8-707e-b033-734314cbb10b','199b5584df856fbe','01a18c7b-f4d8-707e-b033-734314cbb10b','shapes/padding','renamed',1793358296279,-300,20756,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'shapes/pad',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a18c7b-f4d9-72ce-ad61-991cd2ba560a','199b5584df856fbe','01a18c7b-f4d9-72ce-ad61-991cd2ba560a','shapes/swap','renamed',1793358296279,-300,20756,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'shapes/axes',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a18c7c-29e8-72de-a1bc-dd3608ccf9a3','199b5584df856fbe','01a18c7c-29e8-72de-a1bc-dd3608ccf9a3','shapes/far','graded',1793358309864,-300,20756,0,1,0,17.2,1,0,'shown','error',NULL,NULL,NULL,NULL,NULL,'[[1,1,250,20755],[0,1,250,20757]]',NULL);
INSERT INTO "events" VALUES('01a18c7c-5592-752c-89ee-0804a54471ff','199b5584df856fbe','01a18c7c-5592-752c-89ee-0804a54471ff','pytorch-notes/stride','graded',1793358321042,-300,20756,3,1,0,26.3,2,0,'pass',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[1,1,250,20751],[2,6,236,20762]]',NULL);
INSERT INTO "events" VALUES('01a18c7c-bc65-7233-b593-00e4d4124e5b','199b5584df856fbe','01a18c7c-bc65-7233-b593-00e4d4124e5b','pytorch-notes/gather','graded',1793358347365,-300,20756,4,1,0,41.1,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,260,20755],[2,6,260,20762]]',NULL);
INSERT INTO "events" VALUES('01a18c7d-68da-7cd7-b546-786319fcca4d','199b5584df856fbe','01a18c7d-68da-7cd7-b546-786319fcca4d','words/ein','graded',1793358391514,-300,20756,4,1,0,7.5,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,260,20755],[2,6,260,20762]]',NULL);
INSERT INTO "events" VALUES('01a18c7d-d393-73d6-bfb6-ef11dda58042','199b5584df856fbe','01a18c7d-d393-73d6-bfb6-ef11dda58042','shapes/expand','graded',1793358418835,-300,20756,3,1,0,7.9,3,1,'pass',NULL,219695000,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[0,0,250,null],[1,1,236,20757]]',NULL);
INSERT INTO "events" VALUES('01a18c7e-ba39-75c6-971a-a6b92cac4e5b','199b5584df856fbe','01a18c7e-ba39-75c6-971a-a6b92cac4e5b','shapes/far','drilled',1793358477881,-300,20756,4,1,0,42.3,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20757],[0,1,250,20757]]',NULL);
INSERT INTO "events" VALUES('01a18c7e-e96c-7237-95fa-2605c6a279f5','199b5584df856fbe','01a18c7e-e96c-7237-95fa-2605c6a279f5','pytorch-notes/stride','drilled',1793358489964,-300,20756,5,1,0,57.0,2,0,'pass',NULL,1043805156,NULL,NULL,NULL,NULL,'[[2,6,236,20762],[2,6,236,20762]]',NULL);
INSERT INTO "events" VALUES('01a18c80-2523-7404-9dfd-abf2fbb34bae','199b5584df856fbe','01a18c80-2523-7404-9dfd-abf2fbb34bae','shapes/expand','drilled',1793358570787,-300,20756,4,1,0,45.4,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,236,20757],[1,1,236,20757]]',NULL);
INSERT INTO "events" VALUES('01a18c80-2aff-7760-9798-7c8a45aba6c4','199b5584df856fbe','01a18c80-2aff-7760-9798-7c8a45aba6c4','words/vier','due_set',1793358572287,-300,20756,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,20759,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a18c80-b047-7c74-8e59-eabddef7efff','b9096a04e7d80068','01a18c80-b047-7c74-8e59-eabddef7efff','words/zwei','graded',1793358606407,60,20756,4,1,0,26.7,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,250,20756],[2,6,250,20762]]',NULL);
INSERT INTO "events" VALUES('01a18c81-a009-7594-bb29-be3dd5fefd16','b9096a04e7d80068','01a18c81-a009-7594-bb29-be3dd5fefd16','pytorch-notes/rank','graded',1793358667785,60,20756,0,1,0,31.9,3,0,'shown','error',NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[2,6,270,20754],[0,1,270,20757]]',NULL);
INSERT INTO "events" VALUES('01a18c82-9f5d-7524-8cc7-4e7f35e5e55e','b9096a04e7d80068','01a18c82-9f5d-7524-8cc7-4e7f35e5e55e','capitals/jp','graded',1793358733149,60,20756,0,1,0,49.6,1,1,'shown',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,270,20753],[0,1,270,20757]]',NULL);
INSERT INTO "events" VALUES('01a18c83-43f5-74a5-ae9b-647c21c58bfe','b9096a04e7d80068','01a18c83-43f5-74a5-ae9b-647c21c58bfe','words/leech','graded',1793358775285,60,20756,4,1,0,16.5,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20754],[1,1,250,20757]]',NULL);
INSERT INTO "events" VALUES('01a18c84-65fe-7727-8039-7b8a4d447e8b','b9096a04e7d80068','01a18c84-65fe-7727-8039-7b8a4d447e8b','shapes/expand','graded',1793358849534,60,20756,4,1,0,7.3,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,250,20757]]',NULL);
INSERT INTO "events" VALUES('01a18c85-a994-7e99-ac35-71b23a07e275','b9096a04e7d80068','01a18c85-a994-7e99-ac35-71b23a07e275','pytorch-notes/rank','drilled',1793358932372,60,20756,4,1,0,55.5,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,270,20757],[0,1,270,20757]]',NULL);
INSERT INTO "events" VALUES('01a18c86-5cce-7533-9a7c-91985bbe17bd','b9096a04e7d80068','01a18c86-5cce-7533-9a7c-91985bbe17bd','capitals/jp','drilled',1793358978254,60,20756,4,1,0,5.7,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,270,20757],[0,1,270,20757]]',NULL);
INSERT INTO "events" VALUES('01a18c86-62aa-71c2-a574-581dd3560a2f','b9096a04e7d80068','01a18c86-62aa-71c2-a574-581dd3560a2f','words/zwei','unmarked',1793358979754,60,20756,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a191a7-d083-7c38-b737-b91b22000da0','199b5584df856fbe','01a191a7-d083-7c38-b737-b91b22000da0','shapes/expand','graded',1793445056643,-300,20757,2,1,0,29.9,2,1,'fail',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,236,20757],[0,1,236,20758]]',NULL);
INSERT INTO "events" VALUES('01a191a8-93a5-7091-a874-146b6c2530a7','199b5584df856fbe','01a191a8-93a5-7091-a874-146b6c2530a7','pytorch-notes/rank','graded',1793445106597,-300,20757,4,1,0,39.0,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[2,6,270,20754],[3,17,270,20774]]',NULL);
INSERT INTO "events" VALUES('01a191a9-8e8e-7faf-bfc3-f931afb4369f','199b5584df856fbe','01a191a9-8e8e-7faf-bfc3-f931afb4369f','shapes/far','graded',1793445170830,-300,20757,3,1,0,33.5,1,1,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20757],[1,1,236,20758]]',NULL);
INSERT INTO "events" VALUES('01a191a9-c996-7980-b3cc-aa72535bad97','199b5584df856fbe','01a191a9-c996-7980-b3cc-aa72535bad97','pytorch-notes/cat','graded',1793445185942,-300,20757,4,1,0,5.6,1,0,'pass',NULL,541447667,NULL,NULL,NULL,NULL,'[[0,1,250,20755],[1,1,250,20758]]',NULL);
INSERT INTO "events" VALUES('01a191ab-1da3-729c-86d4-b220da6a2037','199b5584df856fbe','01a191ab-1da3-729c-86d4-b220da6a2037','words/zwei','graded',1793445272995,-300,20757,0,1,0,13.9,3,1,'taught',NULL,1051438348,NULL,NULL,NULL,NULL,'[[0,0,250,null],[0,1,250,20758]]',NULL);
INSERT INTO "events" VALUES('01a191ab-b969-732d-b5bc-ae324ccd1a51','199b5584df856fbe','01a191ab-b969-732d-b5bc-ae324ccd1a51','shapes/expand','drilled',1793445312873,-300,20757,5,1,0,28.0,2,0,'pass',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[0,1,236,20758],[0,1,236,20758]]',NULL);
INSERT INTO "events" VALUES('01a191ac-0113-7c1b-8804-499a3bd410db','199b5584df856fbe','01a191ac-0113-7c1b-8804-499a3bd410db','shapes/far','drilled',1793445331219,-300,20757,5,1,0,56.9,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,236,20758],[1,1,236,20758]]',NULL);
INSERT INTO "events" VALUES('01a191ac-5412-7081-aadc-f60ce8170598','199b5584df856fbe','01a191ac-5412-7081-aadc-f60ce8170598','words/zwei','drilled',1793445352466,-300,20757,4,1,0,59.2,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20758],[0,1,250,20758]]',NULL);
INSERT INTO "events" VALUES('01a191ac-59ee-7acb-9772-5ccf74b0ba4f','199b5584df856fbe','01a191ac-59ee-7acb-9772-5ccf74b0ba4f','words/drei','reset',1793445353966,-300,20757,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a191ac-5caa-7351-9d4f-d72ecfba7030','199b5584df856fbe','01a191ac-5caa-7351-9d4f-d72ecfba7030','','undone',1793445354666,-300,20757,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a191ac-59ee-7acb-9772-5ccf74b0ba4f',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a191ac-5f66-7a7b-a1df-ccca0f00ef7d','199b5584df856fbe','01a191ac-5f66-7a7b-a1df-ccca0f00ef7d','','undone',1793445355366,-300,20757,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a191ac-5412-7081-aadc-f60ce8170598',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a191ac-6222-7439-9565-ecd2f1a4253e','199b5584df856fbe','01a191ac-6222-7439-9565-ecd2f1a4253e','','redone',1793445356066,-300,20757,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a191ac-5f66-7a7b-a1df-ccca0f00ef7d',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a191ac-67fe-724d-bfc2-cd081626803b','199b5584df856fbe','01a191ac-67fe-724d-bfc2-cd081626803b','words/vier','due_set',1793445357566,-300,20757,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,20760,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a191ad-059f-7cee-ba5e-0a8aa9e4fd36','b9096a04e7d80068','01a191ad-059f-7cee-ba5e-0a8aa9e4fd36','words/leech','graded',1793445397919,60,20757,5,1,0,42.7,2,0,'pass',NULL,250534405,NULL,NULL,NULL,NULL,'[[1,1,250,20757],[2,6,260,20763]]',NULL);
INSERT INTO "events" VALUES('01a191ad-a8ed-70c3-afbb-606d2837e4dd','b9096a04e7d80068','01a191ad-a8ed-70c3-afbb-606d2837e4dd','shapes/far','graded',1793445439725,60,20757,1,1,0,18.0,1,0,'fail',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[1,1,250,20755],[0,1,250,20758]]','{"mistakes":["an index is no slice"]}');
INSERT INTO "events" VALUES('01a191ae-5ae6-7f57-a4c2-e53ff1c7e284','b9096a04e7d80068','01a191ae-5ae6-7f57-a4c2-e53ff1c7e284','pytorch-notes/rank','graded',1793445485286,60,20757,4,1,0,51.6,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,270,20757],[1,1,270,20758]]',NULL);
INSERT INTO "events" VALUES('01a191af-1848-73a8-9d70-549db0c308bf','b9096a04e7d80068','01a191af-1848-73a8-9d70-549db0c308bf','away/right','graded',1793445533768,60,20757,2,1,0,49.3,3,1,'fail',NULL,198221732,NULL,NULL,NULL,NULL,'[[1,1,246,20755],[0,1,246,20758]]',NULL);
INSERT INTO "events" VALUES('01a191af-d761-7f3a-85cd-232560608a19','b9096a04e7d80068','01a191af-d761-7f3a-85cd-232560608a19','old/two','graded',1793445582689,60,20757,4,1,0,2.6,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,250,20758]]',NULL);
INSERT INTO "events" VALUES('01a191b0-4d74-7441-a21b-81beb05d2329','b9096a04e7d80068','01a191b0-4d74-7441-a21b-81beb05d2329','shapes/far','drilled',1793445612916,60,20757,2,1,0,49.1,2,1,'fail','assert',NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20758],[0,1,250,20758]]',NULL);
INSERT INTO "events" VALUES('01a191b1-2f30-752c-9f75-e2ca15f55159','b9096a04e7d80068','01a191b1-2f30-752c-9f75-e2ca15f55159','away/right','drilled',1793445670704,60,20757,5,1,0,28.7,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,246,20758],[0,1,246,20758]]',NULL);
INSERT INTO "events" VALUES('01a191b1-350c-72d6-b50d-3c738667fdcd','b9096a04e7d80068','01a191b1-350c-72d6-b50d-3c738667fdcd','words/zwei','marked',1793445672204,60,20757,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a196d3-b1a3-76a2-ae83-87ab1d8e1a0b','199b5584df856fbe','01a196d3-b1a3-76a2-ae83-87ab1d8e1a0b','words/leech','graded',1793531818403,-300,20758,3,1,0,25.9,1,1,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20754],[1,1,236,20759]]',NULL);
INSERT INTO "events" VALUES('01a196d4-6c4b-7fe6-83b1-0579359659d3','199b5584df856fbe','01a196d4-6c4b-7fe6-83b1-0579359659d3','shapes/far','graded',1793531866187,-300,20758,5,1,0,37.0,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,236,20758],[2,6,246,20764]]',NULL);
INSERT INTO "events" VALUES('01a196d5-8b3b-7b58-ad5b-20780d32498d','199b5584df856fbe','01a196d5-8b3b-7b58-ad5b-20780d32498d','pytorch-notes/cat','graded',1793531939643,-300,20758,4,1,0,37.4,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,250,20758],[2,6,250,20764]]',NULL);
INSERT INTO "events" VALUES('01a196d5-c503-799e-95ad-c9fa2ab5acec','199b5584df856fbe','01a196d5-c503-799e-95ad-c9fa2ab5acec','words/drei','graded',1793531954435,-300,20758,1,1,0,13.1,3,1,'fail','assert',NULL,NULL,NULL,NULL,NULL,'[[2,6,236,20752],[0,1,236,20759]]','{"mistakes":["an index is no slice"]}');
INSERT INTO "events" VALUES('01a196d6-e812-7954-80a6-dc104837cc78','199b5584df856fbe','01a196d6-e812-7954-80a6-dc104837cc78','words/leech','drilled',1793532028946,-300,20758,5,1,0,15.5,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,236,20759],[1,1,236,20759]]',NULL);
INSERT INTO "events" VALUES('01a196d7-406e-7eba-bdd3-bb96975241f5','199b5584df856fbe','01a196d7-406e-7eba-bdd3-bb96975241f5','words/drei','drilled',1793532051566,-300,20758,2,1,0,9.9,3,0,'fail','time',NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[0,1,236,20759],[0,1,236,20759]]',NULL);
INSERT INTO "events" VALUES('01a196d7-464a-7fdf-8fa0-4de5573f0ad3','199b5584df856fbe','01a196d7-464a-7fdf-8fa0-4de5573f0ad3','words/vier','due_set',1793532053066,-300,20758,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,20761,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a196d8-1221-7c6c-96e6-b95e19630514','b9096a04e7d80068','01a196d8-1221-7c6c-96e6-b95e19630514','pytorch-notes/cat','graded',1793532105249,60,20758,5,1,0,33.5,2,0,'pass',NULL,520533154,NULL,NULL,NULL,NULL,'[[1,1,250,20756],[2,6,260,20764]]',NULL);
INSERT INTO "events" VALUES('01a196d8-f427-78dd-b2ee-62101d39d6e7','b9096a04e7d80068','01a196d8-f427-78dd-b2ee-62101d39d6e7','capitals/jp','graded',1793532163111,60,20758,4,1,0,16.3,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,270,20757],[1,1,270,20759]]',NULL);
INSERT INTO "events" VALUES('01a196d9-d871-7f9f-a2f1-eecdb5377b87','b9096a04e7d80068','01a196d9-d871-7f9f-a2f1-eecdb5377b87','shapes/far','graded',1793532221553,60,20758,2,1,0,14.5,3,0,'fail','time',NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20758],[0,1,250,20759]]',NULL);
INSERT INTO "events" VALUES('01a196da-532a-7380-b3f4-338489f13f6d','b9096a04e7d80068','01a196da-532a-7380-b3f4-338489f13f6d','pytorch-notes/gather','graded',1793532252970,60,20758,5,1,0,57.5,2,0,'pass',NULL,1175729512,NULL,NULL,NULL,NULL,'[[1,1,260,20755],[2,6,270,20764]]',NULL);
INSERT INTO "events" VALUES('01a196da-be05-7656-9ae5-1a38075e27d0','b9096a04e7d80068','01a196da-be05-7656-9ae5-1a38075e27d0','shapes/far','drilled',1793532280325,60,20758,4,1,0,56.8,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20759],[0,1,250,20759]]',NULL);
INSERT INTO "events" VALUES('01a196da-c3e1-7f17-8b8a-a23078b0fc44','b9096a04e7d80068','01a196da-c3e1-7f17-8b8a-a23078b0fc44','words/zwei','unmarked',1793532281825,60,20758,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a196da-c7c9-7b56-ab3f-3caa41592970','b9096a04e7d80068','01a196da-c7c9-7b56-ab3f-3caa41592970','words/ein','renamed',1793532282825,60,20758,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'terms/ein',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a196da-c7ca-783d-bb6b-fb46aeecee4a','b9096a04e7d80068','01a196da-c7ca-783d-bb6b-fb46aeecee4a','words/zwei','renamed',1793532282825,60,20758,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'terms/zwei',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a196da-c7cb-7060-af38-ad0e73018c68','b9096a04e7d80068','01a196da-c7cb-7060-af38-ad0e73018c68','words/drei','renamed',1793532282825,60,20758,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'terms/drei',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a196da-c7cc-7ab4-b9d2-55fc07125398','b9096a04e7d80068','01a196da-c7cc-7ab4-b9d2-55fc07125398','words/vier','renamed',1793532282825,60,20758,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'terms/vier',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a196da-c7cd-7fd2-9baa-651d82bc1931','b9096a04e7d80068','01a196da-c7cd-7fd2-9baa-651d82bc1931','words/leech','renamed',1793532282825,60,20758,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'terms/leech',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a196da-f58c-74b0-9546-f44d2053444e','b9096a04e7d80068','01a196da-f58c-74b0-9546-f44d2053444e','terms/leech','graded',1793532294540,60,20758,4,1,0,4.4,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[2,6,260,20763],[2,6,260,20763]]',NULL);
INSERT INTO "events" VALUES('01a19bfe-88ac-7c4b-a09f-49fae08cbc43','199b5584df856fbe','01a19bfe-88ac-7c4b-a09f-49fae08cbc43','shapes/expand','graded',1793618512044,-300,20759,3,1,0,3.8,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,236,20758],[1,1,222,20760]]',NULL);
INSERT INTO "events" VALUES('01a19bfe-acb1-7539-bcaf-6e2fb43d342a','199b5584df856fbe','01a19bfe-acb1-7539-bcaf-6e2fb43d342a','words/leech','graded',1793618521265,-300,20759,3,1,0,15.6,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,236,20759],[2,6,222,20765]]',NULL);
INSERT INTO "events" VALUES('01a19bff-d590-7095-9ea6-109862dc7255','199b5584df856fbe','01a19bff-d590-7095-9ea6-109862dc7255','words/zwei','graded',1793618597264,-300,20759,4,1,0,12.4,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20758],[1,1,250,20760]]',NULL);
INSERT INTO "events" VALUES('01a19c00-f6d7-79ea-9da5-a14f924f79bb','199b5584df856fbe','01a19c00-f6d7-79ea-9da5-a14f924f79bb','words/drei','graded',1793618671319,-300,20759,3,1,0,41.8,1,1,'pass',NULL,1893375690,NULL,NULL,NULL,NULL,'[[0,1,236,20759],[1,1,222,20760]]',NULL);
INSERT INTO "events" VALUES('01a19c02-4276-71d3-99df-bff7a07c47b2','199b5584df856fbe','01a19c02-4276-71d3-99df-bff7a07c47b2','shapes/expand','drilled',1793618756214,-300,20759,5,1,0,41.8,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,222,20760],[1,1,222,20760]]',NULL);
INSERT INTO "events" VALUES('01a19c02-9ab1-7872-a1dd-8d5788929d5e','b9096a04e7d80068','01a19c02-9ab1-7872-a1dd-8d5788929d5e','terms/leech','graded',1793618778801,60,20759,0,1,0,30.9,3,1,'shown','time',NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[2,6,260,20763],[0,1,260,20760]]',NULL);
INSERT INTO "events" VALUES('01a19c03-1ac3-77c4-947d-89e0229d9f07','199b5584df856fbe','01a19c03-1ac3-77c4-947d-89e0229d9f07','words/leech','drilled',1793618811587,-300,20759,4,1,0,36.7,3,0,'pass',NULL,846904975,NULL,NULL,NULL,NULL,'[[2,6,222,20765],[2,6,222,20765]]',NULL);
INSERT INTO "events" VALUES('01a19c03-ceaf-7bc8-a85a-c6430c72dc77','199b5584df856fbe','01a19c03-ceaf-7bc8-a85a-c6430c72dc77','words/drei','drilled',1793618857647,-300,20759,2,1,0,20.3,3,1,'fail','time',NULL,NULL,NULL,NULL,NULL,'[[1,1,222,20760],[1,1,222,20760]]',NULL);
INSERT INTO "events" VALUES('01a19c03-d48b-74d1-9d3d-ed1ceba42827','199b5584df856fbe','01a19c03-d48b-74d1-9d3d-ed1ceba42827','words/vier','due_set',1793618859147,-300,20759,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,20762,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a1a129-28c6-7a35-af04-acfc7aa09df5','b9096a04e7d80068','01a1a129-28c6-7a35-af04-acfc7aa09df5','shapes/squeeze','graded',1793705191622,60,20760,3,1,0,33.4,1,1,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[2,6,236,20760],[3,14,222,20774]]',NULL);
INSERT INTO "events" VALUES('01a1a12a-0fa5-7d52-9f9a-7611ea75abda','b9096a04e7d80068','01a1a12a-0fa5-7d52-9f9a-7611ea75abda','away/left','graded',1793705250725,60,20760,4,1,0,38.6,3,0,'pass',NULL,1956546884,NULL,NULL,NULL,NULL,'[[2,6,250,20754],[3,15,250,20775]]',NULL);
INSERT INTO "events" VALUES('01a1a12a-3347-78cc-96a6-247bfcdce87a','199b5584df856fbe','01a1a12a-3347-78cc-96a6-247bfcdce87a','','undone',1793705259847,-300,20760,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a19c03-d48b-74d1-9d3d-ed1ceba42827',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a1a12a-3603-7a92-b579-83bc4055bb7a','199b5584df856fbe','01a1a12a-3603-7a92-b579-83bc4055bb7a','','undone',1793705260547,-300,20760,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a19c03-ceaf-7bc8-a85a-c6430c72dc77',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a1a12a-e1cb-7d29-93da-6922c81a06d8','b9096a04e7d80068','01a1a12a-e1cb-7d29-93da-6922c81a06d8','capitals/it','graded',1793705304523,60,20760,4,1,0,50.1,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[2,6,270,20758],[3,17,270,20777]]',NULL);
INSERT INTO "events" VALUES('01a1a12b-1a42-725b-8ea6-39bcb8c7fb01','b9096a04e7d80068','01a1a12b-1a42-725b-8ea6-39bcb8c7fb01','terms/drei','graded',1793705318978,60,20760,3,1,0,40.2,3,1,'pass',NULL,683761802,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[2,6,236,20752],[3,14,222,20774]]',NULL);
INSERT INTO "events" VALUES('01a1a12b-e2b3-78fd-9ce6-df317549888c','b9096a04e7d80068','01a1a12b-e2b3-78fd-9ce6-df317549888c','terms/vier','graded',1793705370291,60,20760,0,1,0,36.7,1,1,'shown',NULL,NULL,NULL,NULL,NULL,NULL,'[[2,6,250,20760],[0,1,250,20761]]',NULL);
INSERT INTO "events" VALUES('01a1a12c-a4e1-73b3-a1b5-9b5c9cd26d9d','b9096a04e7d80068','01a1a12c-a4e1-73b3-a1b5-9b5c9cd26d9d','shapes/squeeze','drilled',1793705420001,60,20760,5,1,0,17.9,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[3,14,222,20774],[3,14,222,20774]]',NULL);
INSERT INTO "events" VALUES('01a1a12d-0137-7e87-bb9b-59ac81717498','b9096a04e7d80068','01a1a12d-0137-7e87-bb9b-59ac81717498','terms/drei','drilled',1793705443639,60,20760,4,1,0,48.6,3,0,'pass',NULL,1748791386,NULL,NULL,NULL,NULL,'[[3,14,222,20774],[3,14,222,20774]]',NULL);
INSERT INTO "events" VALUES('01a1a12d-6736-7d9c-9115-e3e81dfd4bff','b9096a04e7d80068','01a1a12d-6736-7d9c-9115-e3e81dfd4bff','terms/vier','drilled',1793705469750,60,20760,4,1,0,2.3,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20761],[0,1,250,20761]]',NULL);
INSERT INTO "events" VALUES('01a1a12e-1e89-7c3a-93b9-5a577c255b5e','b9096a04e7d80068','01a1a12e-1e89-7c3a-93b9-5a577c255b5e','terms/leech','graded',1793705516681,60,20760,4,1,0,25.8,2,0,'pass',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[0,1,260,20760],[1,1,260,20761]]',NULL);
INSERT INTO "events" VALUES('01a1a655-133b-754c-93cb-cc7d4bb05922','b9096a04e7d80068','01a1a655-133b-754c-93cb-cc7d4bb05922','terms/leech','graded',1793791955771,60,20761,0,1,0,47.1,3,1,'shown','assert',NULL,NULL,NULL,NULL,NULL,'[[1,1,260,20761],[0,1,260,20762]]',NULL);
INSERT INTO "events" VALUES('01a1ab7b-e5f5-79b4-976f-845a9dfc81fe','b9096a04e7d80068','01a1ab7b-e5f5-79b4-976f-845a9dfc81fe','pytorch-notes/rank','graded',1793878386165,60,20762,2,1,0,32.0,2,0,'fail',NULL,1724406726,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[1,1,270,20758],[0,1,270,20763]]',NULL);
INSERT INTO "events" VALUES('01a1ab7d-35ff-78eb-9e21-99ed2fe84d18','b9096a04e7d80068','01a1ab7d-35ff-78eb-9e21-99ed2fe84d18','terms/vier','graded',1793878472191,60,20762,2,1,0,42.6,2,0,'fail','time',NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20761],[0,1,250,20763]]',NULL);
INSERT INTO "events" VALUES('01a1ab7d-57f9-760d-bccb-925e7c3880d5','b9096a04e7d80068','01a1ab7d-57f9-760d-bccb-925e7c3880d5','old/two','graded',1793878480889,60,20762,5,1,0,47.9,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,250,20758],[2,6,260,20768]]',NULL);
INSERT INTO "events" VALUES('01a1ab7e-9450-718a-bcf2-144d70ea2052','b9096a04e7d80068','01a1ab7e-9450-718a-bcf2-144d70ea2052','away/right','graded',1793878561872,60,20762,5,1,0,52.3,1,0,'pass',NULL,451483556,NULL,NULL,NULL,NULL,'[[0,1,246,20758],[1,1,256,20763]]',NULL);
INSERT INTO "events" VALUES('01a1ab7f-afb1-7aa5-bdee-c23d95d736b6','b9096a04e7d80068','01a1ab7f-afb1-7aa5-bdee-c23d95d736b6','terms/leech','graded',1793878634417,60,20762,3,1,0,14.4,1,1,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,260,20762],[1,1,246,20763]]',NULL);
INSERT INTO "events" VALUES('01a1ab7f-dc55-7148-a644-62c78ee0dae7','b9096a04e7d80068','01a1ab7f-dc55-7148-a644-62c78ee0dae7','pytorch-notes/rank','drilled',1793878645845,60,20762,2,1,0,50.0,1,1,'fail','assert',NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[0,1,270,20763],[0,1,270,20763]]',NULL);
INSERT INTO "events" VALUES('01a1ab80-0993-7180-9bee-c7860447d28b','b9096a04e7d80068','01a1ab80-0993-7180-9bee-c7860447d28b','terms/vier','drilled',1793878657427,60,20762,4,1,0,36.1,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20763],[0,1,250,20763]]',NULL);
INSERT INTO "events" VALUES('01a1ab81-5034-7cde-a908-a052db079b13','b9096a04e7d80068','01a1ab81-5034-7cde-a908-a052db079b13','terms/leech','drilled',1793878741044,60,20762,5,1,0,17.3,1,0,'pass',NULL,926654845,NULL,NULL,NULL,NULL,'[[1,1,246,20763],[1,1,246,20763]]',NULL);
INSERT INTO "events" VALUES('01a1ab82-5259-7463-9c14-dbece9359ec3','b9096a04e7d80068','01a1ab82-5259-7463-9c14-dbece9359ec3','terms/leech','graded',1793878807129,60,20762,4,1,0,9.7,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,246,20763],[1,1,246,20763]]',NULL);
INSERT INTO "events" VALUES('01a1b0a9-aca0-7246-b779-0a0a0d0c83f5','b9096a04e7d80068','01a1b0a9-aca0-7246-b779-0a0a0d0c83f5','terms/leech','graded',1793965272224,60,20763,0,1,0,45.8,2,1,'shown','assert',NULL,NULL,NULL,NULL,NULL,'[[1,1,246,20763],[0,1,246,20764]]',NULL);
INSERT INTO "events" VALUES('01a1b5d0-7c81-7a97-95e4-e29df58d362a','b9096a04e7d80068','01a1b5d0-7c81-7a97-95e4-e29df58d362a','pytorch-notes/rank','graded',1794051701889,60,20764,3,1,0,38.8,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,270,20763],[1,1,256,20765]]',NULL);
INSERT INTO "events" VALUES('01a1b5d1-aad1-7315-9ad3-0309d9d9dd79','b9096a04e7d80068','01a1b5d1-aad1-7315-9ad3-0309d9d9dd79','shapes/far','graded',1794051779281,60,20764,4,1,0,3.4,3,0,'pass',NULL,1286530024,NULL,NULL,NULL,NULL,'[[0,1,250,20759],[1,1,250,20765]]',NULL);
INSERT INTO "events" VALUES('01a1b5d2-73d4-77c1-8995-1738f7a227a0','b9096a04e7d80068','01a1b5d2-73d4-77c1-8995-1738f7a227a0','capitals/jp','graded',1794051830740,60,20764,3,1,0,51.9,1,0,'pass',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[1,1,270,20759],[2,6,256,20770]]',NULL);
INSERT INTO "events" VALUES('01a1b5d2-efb0-7a90-9453-aeca312c91c5','b9096a04e7d80068','01a1b5d2-efb0-7a90-9453-aeca312c91c5','terms/zwei','graded',1794051862448,60,20764,3,1,0,44.0,2,1,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[2,6,250,20762],[3,15,236,20779]]',NULL);
INSERT INTO "events" VALUES('01a1b5d3-0f90-7718-acfe-3015a77b7b3c','b9096a04e7d80068','01a1b5d3-0f90-7718-acfe-3015a77b7b3c','pytorch-notes/gather','graded',1794051870608,60,20764,4,1,0,4.1,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[2,6,270,20764],[3,17,270,20781]]',NULL);
INSERT INTO "events" VALUES('01a1b5d4-1d95-7465-a055-24441ce4beff','b9096a04e7d80068','01a1b5d4-1d95-7465-a055-24441ce4beff','pytorch-notes/rank','drilled',1794051939733,60,20764,5,1,0,20.3,3,0,'pass',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[1,1,256,20765],[1,1,256,20765]]',NULL);
INSERT INTO "events" VALUES('01a1b5d4-615c-7d20-9f94-0eeca686933b','b9096a04e7d80068','01a1b5d4-615c-7d20-9f94-0eeca686933b','capitals/jp','drilled',1794051957084,60,20764,4,1,0,54.0,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[2,6,256,20770],[2,6,256,20770]]',NULL);
INSERT INTO "events" VALUES('01a1b5d4-9cfc-7129-865b-05c49bdd0598','b9096a04e7d80068','01a1b5d4-9cfc-7129-865b-05c49bdd0598','terms/zwei','drilled',1794051972348,60,20764,4,1,0,43.9,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[3,15,236,20779],[3,15,236,20779]]',NULL);
INSERT INTO "events" VALUES('01a1b5d5-8775-7c65-be2c-a8f7c054d044','b9096a04e7d80068','01a1b5d5-8775-7c65-be2c-a8f7c054d044','terms/leech','graded',1794052032373,60,20764,4,1,0,18.2,3,0,'pass',NULL,1694987580,NULL,NULL,NULL,NULL,'[[0,1,246,20764],[1,1,246,20765]]',NULL);
INSERT INTO "events" VALUES('01a1bafc-85ec-7748-8325-86337c470a44','b9096a04e7d80068','01a1bafc-85ec-7748-8325-86337c470a44','terms/leech','graded',1794138473964,60,20765,0,1,0,17.9,2,1,'shown','time',1503324183,NULL,NULL,NULL,NULL,'[[1,1,246,20765],[0,1,246,20766]]',NULL);
INSERT INTO "events" VALUES('01a1c023-a1e9-7201-bd8a-85256dcadb51','b9096a04e7d80068','01a1c023-a1e9-7201-bd8a-85256dcadb51','capitals/fr','graded',1794224923113,60,20766,1,1,0,14.0,1,1,'fail','assert',1230263559,NULL,NULL,NULL,NULL,'[[2,6,270,20760],[0,1,270,20767]]','{"mistakes":["an index is no slice"]}');
INSERT INTO "events" VALUES('01a1c024-53f0-72ae-9bbf-b987b0eb0963','b9096a04e7d80068','01a1c024-53f0-72ae-9bbf-b987b0eb0963','away/right','graded',1794224968688,60,20766,3,1,0,15.6,1,1,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,256,20763],[2,6,242,20772]]',NULL);
INSERT INTO "events" VALUES('01a1c025-607a-7a22-9138-089800a4fc01','b9096a04e7d80068','01a1c025-607a-7a22-9138-089800a4fc01','terms/leech','graded',1794225037434,60,20766,5,1,0,44.0,2,0,'pass',NULL,513189343,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[0,1,246,20766],[1,1,256,20767]]',NULL);
INSERT INTO "events" VALUES('01a1c026-bec3-7fa2-8f72-8dd161fd980b','b9096a04e7d80068','01a1c026-bec3-7fa2-8f72-8dd161fd980b','pytorch-notes/stride','graded',1794225127107,60,20766,3,1,0,1.3,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[2,6,250,20761],[3,15,236,20781]]',NULL);
INSERT INTO "events" VALUES('01a1c027-3c8b-7fb4-a4fa-65ccce9434d8','b9096a04e7d80068','01a1c027-3c8b-7fb4-a4fa-65ccce9434d8','pytorch-notes/rank','graded',1794225159307,60,20766,3,1,0,42.1,1,0,'pass',NULL,1563323423,NULL,NULL,NULL,NULL,'[[1,1,256,20765],[2,6,242,20772]]',NULL);
INSERT INTO "events" VALUES('01a1c028-00e6-71d7-bd2f-3fc22372ef96','b9096a04e7d80068','01a1c028-00e6-71d7-bd2f-3fc22372ef96','capitals/fr','drilled',1794225209574,60,20766,2,1,0,57.9,2,0,'fail',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,270,20767],[0,1,270,20767]]',NULL);
INSERT INTO "events" VALUES('01a1c028-cfa7-7bfa-a76d-3fd86b494efd','b9096a04e7d80068','01a1c028-cfa7-7bfa-a76d-3fd86b494efd','away/right','drilled',1794225262503,60,20766,2,1,0,56.3,1,0,'fail',NULL,1786366136,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[2,6,242,20772],[2,6,242,20772]]',NULL);
INSERT INTO "events" VALUES('01a1c029-26cc-77d2-861c-d206f6e36e58','b9096a04e7d80068','01a1c029-26cc-77d2-861c-d206f6e36e58','pytorch-notes/stride','drilled',1794225284812,60,20766,4,1,0,46.1,3,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[3,15,236,20781],[3,15,236,20781]]',NULL);
INSERT INTO "events" VALUES('01a1c02a-7eef-788a-9d09-8024e28f1b64','b9096a04e7d80068','01a1c02a-7eef-788a-9d09-8024e28f1b64','terms/ein','graded',1794225372911,60,20766,5,1,0,42.8,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[2,6,260,20761],[3,17,270,20783]]',NULL);
INSERT INTO "events" VALUES('01a1c02a-84cb-7ef1-b717-186629ba484b','b9096a04e7d80068','01a1c02a-84cb-7ef1-b717-186629ba484b','terms/vier','due_set',1794225374411,60,20766,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,20828,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a1c02a-8aa7-7d40-813a-efb1fe4d8293','b9096a04e7d80068','01a1c02a-8aa7-7d40-813a-efb1fe4d8293','terms/drei','reset',1794225375911,60,20766,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a1c02a-8aa8-7059-8b46-b9fa14f46a90','b9096a04e7d80068','01a1c02a-8aa8-7059-8b46-b9fa14f46a90','shapes/expand','graded',1793966205080,60,20763,3,1,0,7.5,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,222,20760],[2,6,208,20769]]',NULL);
INSERT INTO "events" VALUES('01a1c02a-8aa9-7375-804e-f77043ce1f4b','b9096a04e7d80068','01a1c02a-8aa9-7375-804e-f77043ce1f4b','pytorch-notes/cat','graded',1793966237834,60,20763,5,1,0,57.1,1,0,'pass',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[2,6,250,20763],[3,16,260,20779]]',NULL);
INSERT INTO "events" VALUES('01a1c02a-8aaa-7c24-b928-1394f39c5fe4','b9096a04e7d80068','01a1c02a-8aaa-7c24-b928-1394f39c5fe4','terms/drei','graded',1793966249417,60,20763,2,1,0,30.5,3,1,'taught',NULL,1713411999,NULL,NULL,NULL,NULL,'[[0,0,250,null],[0,1,250,20764]]',NULL);
INSERT INTO "events" VALUES('01a1c02a-8aab-7a40-8eb6-5689d81ed71f','b9096a04e7d80068','01a1c02a-8aab-7a40-8eb6-5689d81ed71f','shapes/expand','drilled',1793966285179,60,20763,4,1,0,53.6,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[2,6,208,20769],[2,6,208,20769]]',NULL);
INSERT INTO "events" VALUES('01a1c02a-8aac-75e0-a765-2620b2b8fb2f','b9096a04e7d80068','01a1c02a-8aac-75e0-a765-2620b2b8fb2f','terms/drei','drilled',1793966366863,60,20763,5,1,0,21.4,3,0,'pass',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[0,1,250,20764],[0,1,250,20764]]',NULL);
INSERT INTO "events" VALUES('01a1c02a-8aad-7571-8d1a-c2de6928afbb','b9096a04e7d80068','01a1c02a-8aad-7571-8d1a-c2de6928afbb','terms/ein','graded',1793966392998,60,20763,3,1,0,13.8,2,0,'pass',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[3,17,270,20783],[3,17,270,20783]]',NULL);
INSERT INTO "events" VALUES('01a1c02a-8aae-7ae1-b7ed-73b47863f683','b9096a04e7d80068','01a1c02a-8aae-7ae1-b7ed-73b47863f683','','undone',1793966393698,60,20763,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a1c02a-8aad-7571-8d1a-c2de6928afbb',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a1c02e-15ba-71fe-b548-b0455de20a0d','b9096a04e7d80068','01a1c02e-15ba-71fe-b548-b0455de20a0d','terms/drei','graded',1794225608122,345,20766,5,1,0,38.6,2,0,'pass',NULL,581634934,NULL,NULL,NULL,NULL,'[[0,1,250,20764],[1,1,260,20767]]',NULL);
INSERT INTO "events" VALUES('01a1c02e-bec6-7b12-960d-2625ec9a22a3','b9096a04e7d80068','01a1c02e-bec6-7b12-960d-2625ec9a22a3','shapes/far','graded',1794225651398,345,20766,5,1,0,54.6,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,246,20765],[2,6,256,20772]]',NULL);
INSERT INTO "events" VALUES('01a20669-1640-8318-9425-9eb37c35cfd1','anki','01a20669-1640-8318-9425-9eb37c35cfd1','python.torch/g-961a5daf1322f6ee-2','schedule_set',1795403880000,0,20779,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"due_day":20780,"ease":218,"interval_days":1,"lapses":2,"repetitions":0}');
INSERT INTO "events" VALUES('01a20669-1640-8591-b0ee-4be407f9cf98','anki','01a20669-1640-8591-b0ee-4be407f9cf98','python.torch/g-961a5daf1322f6ee','suspended',1795403880000,0,20779,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a20669-1640-89f4-9d49-028d95ea7fa4','anki','01a20669-1640-89f4-9d49-028d95ea7fa4','python.torch/g-961a5daf1322f6ee','schedule_set',1795403880000,0,20779,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"due_day":20776,"ease":250,"interval_days":6,"lapses":0,"repetitions":2}');
INSERT INTO "events" VALUES('01a20669-1640-8d8a-ae1e-c916842c44fe','anki','01a20669-1640-8d8a-ae1e-c916842c44fe','python.torch/g-ca334e68d4c119d0','schedule_set',1795403880000,0,20779,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"due_day":20791,"ease":236,"interval_days":30,"lapses":1,"repetitions":3}');
INSERT INTO "events" VALUES('01a20f92-ab00-7000-8000-000000000007','tomorrow','01a20f92-ab00-7000-8000-000000000007','shapes/axes','sung',1795557600000,60,20781,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"tune":"la la"}');
INSERT INTO "events" VALUES('01a20f93-c116-7549-9291-a0cc58a20c31','b9096a04e7d80068','01a20f93-c116-7549-9291-a0cc58a20c31','python.torch/g-ca334e68d4c119d0','graded',1795557671190,60,20781,4,1,0,49.8,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[3,30,236,20791],[3,30,236,20791]]',NULL);
INSERT INTO "events" VALUES('01a20f95-04d4-78f2-a9f0-ea14b110c25e','b9096a04e7d80068','01a20f95-04d4-78f2-a9f0-ea14b110c25e','python/g-319e332086d68fff-c1','graded',1795557754068,60,20781,2,1,0,54.9,3,1,'fail','time',NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[0,1,250,20782]]',NULL);
INSERT INTO "events" VALUES('01a20f95-557b-7dc7-8c1f-a5e33d8b31fc','b9096a04e7d80068','01a20f95-557b-7dc7-8c1f-a5e33d8b31fc','away/right','graded',1795557774715,60,20781,1,1,0,19.2,1,0,'fail',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[2,6,242,20772],[0,1,242,20782]]',NULL);
INSERT INTO "events" VALUES('01a2298c-815b-7a67-9697-7a02d647870e','b9096a04e7d80068','01a2298c-815b-7a67-9697-7a02d647870e','python/g-319e332086d68fff-c1','graded',1795993403739,60,20786,4,1,0,23.5,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,250,20782],[1,1,250,20787]]',NULL);
INSERT INTO "events" VALUES('01a2298d-9131-7998-abeb-31c3a6b64445','b9096a04e7d80068','01a2298d-9131-7998-abeb-31c3a6b64445','shapes/far','graded',1795993473329,60,20786,2,1,0,17.2,1,1,'fail','error',NULL,NULL,NULL,NULL,NULL,'[[2,6,256,20772],[0,1,256,20787]]',NULL);
INSERT INTO "events" VALUES('01a2298e-2147-7870-826c-4f4a4831207d','b9096a04e7d80068','01a2298e-2147-7870-826c-4f4a4831207d','capitals/it','graded',1795993510215,60,20786,1,1,0,1.6,3,1,'fail','time',NULL,NULL,NULL,NULL,NULL,'[[3,17,270,20777],[0,1,270,20787]]','{"mistakes":["an index is no slice"]}');
INSERT INTO "events" VALUES('01a2298e-7294-72f9-b195-bd95a1521215','b9096a04e7d80068','01a2298e-7294-72f9-b195-bd95a1521215','python.torch/g-961a5daf1322f6ee-2','graded',1795993531028,60,20786,3,1,0,7.2,3,1,'pass',NULL,228028351,NULL,NULL,NULL,NULL,'[[0,1,218,20780],[1,1,204,20787]]',NULL);
INSERT INTO "events" VALUES('01a2298f-4e72-7132-9ffb-5338359a5f8d','b9096a04e7d80068','01a2298f-4e72-7132-9ffb-5338359a5f8d','terms/leech','graded',1795993587314,60,20786,5,1,0,55.6,3,0,'pass',NULL,690175039,NULL,NULL,NULL,NULL,'[[1,1,256,20767],[2,6,266,20792]]',NULL);
INSERT INTO "events" VALUES('01a22990-99f9-736d-9d75-1d4166f8a46e','b9096a04e7d80068','01a22990-99f9-736d-9d75-1d4166f8a46e','default/g-a611559f62e1542a','graded',1795993672185,60,20786,4,1,0,10.1,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,250,20787]]',NULL);
INSERT INTO "events" VALUES('01a22991-4abd-7b53-8f44-d5cf251c9c21','b9096a04e7d80068','01a22991-4abd-7b53-8f44-d5cf251c9c21','shapes/far','drilled',1795993717437,60,20786,4,1,0,28.8,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,256,20787],[0,1,256,20787]]',NULL);
INSERT INTO "events" VALUES('01a22991-757f-7228-8bde-0dfca8533dff','b9096a04e7d80068','01a22991-757f-7228-8bde-0dfca8533dff','capitals/it','drilled',1795993728383,60,20786,5,1,0,43.7,2,0,'pass',NULL,1446984834,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[0,1,270,20787],[0,1,270,20787]]',NULL);
INSERT INTO "events" VALUES('01a22991-aea5-7de0-aa46-9c44bce88145','b9096a04e7d80068','01a22991-aea5-7de0-aa46-9c44bce88145','python.torch/g-961a5daf1322f6ee-2','drilled',1795993743013,60,20786,5,1,0,46.1,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,204,20787],[1,1,204,20787]]',NULL);
INSERT INTO "events" VALUES('01a24879-0d56-779d-a079-7b331fddd200','b9096a04e7d80068','01a24879-0d56-779d-a079-7b331fddd200','terms/drei','graded',1796512222550,60,20792,5,1,0,19.0,1,0,'pass',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[1,1,260,20767],[2,6,270,20798]]',NULL);
INSERT INTO "events" VALUES('01a2487a-6b48-7334-875a-ffb20654938f','b9096a04e7d80068','01a2487a-6b48-7334-875a-ffb20654938f','shapes/expand','graded',1796512312136,60,20792,0,1,0,30.8,3,0,'shown',NULL,NULL,NULL,NULL,NULL,NULL,'[[2,6,208,20769],[0,1,208,20793]]',NULL);
INSERT INTO "events" VALUES('01a2487a-e81e-78bb-8319-8a2fc370d00f','b9096a04e7d80068','01a2487a-e81e-78bb-8319-8a2fc370d00f','pytorch-notes/gather','graded',1796512344094,60,20792,4,1,0,32.1,3,0,'pass',NULL,1006810501,NULL,NULL,NULL,NULL,'[[3,16,260,20780],[4,42,260,20834]]',NULL);
INSERT INTO "events" VALUES('01a2487b-4499-7fc9-8f62-d17ff2739b8e','b9096a04e7d80068','01a2487b-4499-7fc9-8f62-d17ff2739b8e','shapes/squeeze','graded',1796512367769,60,20792,2,1,0,58.2,3,1,'fail','error',NULL,NULL,NULL,NULL,NULL,'[[3,14,222,20774],[0,1,222,20793]]',NULL);
INSERT INTO "events" VALUES('01a2487b-bb28-7358-a1ae-06197f33309d','b9096a04e7d80068','01a2487b-bb28-7358-a1ae-06197f33309d','python/g-319e332086d68fff-c1','graded',1796512398120,60,20792,0,1,0,6.3,1,0,'shown','error',1389440709,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[1,1,250,20787],[0,1,250,20793]]',NULL);
INSERT INTO "events" VALUES('01a2487c-0daa-71b4-b336-ed367950d34f','b9096a04e7d80068','01a2487c-0daa-71b4-b336-ed367950d34f','python/g-557661b1b623cb4e','graded',1796512419242,60,20792,4,1,0,3.1,1,0,'pass',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[0,0,250,null],[1,1,250,20793]]',NULL);
INSERT INTO "events" VALUES('01a2487d-494c-7fbf-94fa-916b0a808ff2','b9096a04e7d80068','01a2487d-494c-7fbf-94fa-916b0a808ff2','shapes/expand','drilled',1796512500044,60,20792,5,1,0,5.3,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,208,20793],[0,1,208,20793]]',NULL);
INSERT INTO "events" VALUES('01a2487d-96e5-7b3b-9fea-9ef0fc9f8e00','b9096a04e7d80068','01a2487d-96e5-7b3b-9fea-9ef0fc9f8e00','shapes/squeeze','drilled',1796512519909,60,20792,5,1,0,31.9,1,0,'pass',NULL,47664101,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[0,1,222,20793],[0,1,222,20793]]',NULL);
INSERT INTO "events" VALUES('01a2487e-e6ab-71c6-9d8f-24fe51dd6595','b9096a04e7d80068','01a2487e-e6ab-71c6-9d8f-24fe51dd6595','python/g-319e332086d68fff-c1','drilled',1796512605867,60,20792,4,1,0,23.7,1,0,'pass',NULL,48564862,NULL,NULL,NULL,NULL,'[[0,1,250,20793],[0,1,250,20793]]',NULL);
INSERT INTO "events" VALUES('01a266f7-d309-7005-adb5-10fa0018cca5','b9096a04e7d80068','01a266f7-d309-7005-adb5-10fa0018cca5','terms/zwei','graded',1797023847177,60,20798,3,1,0,5.4,2,1,'pass',NULL,13650738,NULL,NULL,NULL,NULL,'[[2,6,236,20770],[3,14,222,20812]]',NULL);
INSERT INTO "events" VALUES('01a266f8-727d-76ba-97ac-c805fc1ece9b','b9096a04e7d80068','01a266f8-727d-76ba-97ac-c805fc1ece9b','shapes/flatten','graded',1797023887997,60,20798,5,1,-1,20.6,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[3,15,236,20767],[4,37,246,20834]]',NULL);
INSERT INTO "events" VALUES('01a266f8-b672-7e65-a069-46bf4506fc85','b9096a04e7d80068','01a266f8-b672-7e65-a069-46bf4506fc85','shapes/expand','graded',1797023905394,60,20798,4,1,0,3.3,2,0,'pass',NULL,472006706,NULL,NULL,NULL,NULL,'[[0,1,208,20793],[1,1,208,20799]]',NULL);
INSERT INTO "events" VALUES('01a266f9-a312-7ea9-b0a2-1cea2999a4bb','b9096a04e7d80068','01a266f9-a312-7ea9-b0a2-1cea2999a4bb','capitals/jp','graded',1797023965970,60,20798,2,1,0,59.3,3,1,'fail','time',NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[2,6,256,20770],[0,1,256,20799]]',NULL);
INSERT INTO "events" VALUES('01a266fa-f111-72de-93af-f7b8f8d069b2','b9096a04e7d80068','01a266fa-f111-72de-93af-f7b8f8d069b2','capitals/fr','graded',1797024051473,60,20798,5,1,0,28.1,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,1,270,20767],[1,1,280,20799]]',NULL);
INSERT INTO "events" VALUES('01a266fc-3a70-79e0-811f-9624a7ec3de5','b9096a04e7d80068','01a266fc-3a70-79e0-811f-9624a7ec3de5','python/g-319e332086d68fff-c2','graded',1797024135792,60,20798,5,1,0,4.0,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,260,20799]]',NULL);
INSERT INTO "events" VALUES('01a266fc-61fd-7316-a660-a9c9eebea242','b9096a04e7d80068','01a266fc-61fd-7316-a660-a9c9eebea242','terms/zwei','drilled',1797024145917,60,20798,5,1,0,17.3,2,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[3,14,222,20812],[3,14,222,20812]]',NULL);
INSERT INTO "events" VALUES('01a266fd-16f0-7a5c-ac8c-0b97942ff68f','b9096a04e7d80068','01a266fd-16f0-7a5c-ac8c-0b97942ff68f','capitals/jp','drilled',1797024192240,60,20798,4,1,0,56.3,3,0,'pass',NULL,464187242,NULL,NULL,NULL,NULL,'[[0,1,256,20799],[0,1,256,20799]]',NULL);
INSERT INTO "events" VALUES('01a270db-f4ac-7d80-a1ae-f1d3256c5914','b9096a04e7d80068','01a270db-f4ac-7d80-a1ae-f1d3256c5914','','undone',1797189792940,60,20800,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a266fd-16f0-7a5c-ac8c-0b97942ff68f',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a270db-f768-74ef-b376-9c9037343c78','b9096a04e7d80068','01a270db-f768-74ef-b376-9c9037343c78','','undone',1797189793640,60,20800,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a266fc-61fd-7316-a660-a9c9eebea242',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a270db-fa24-70a2-a734-f8821592b146','b9096a04e7d80068','01a270db-fa24-70a2-a734-f8821592b146','','undone',1797189794340,60,20800,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a266fc-3a70-79e0-811f-9624a7ec3de5',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a270db-fce0-7d16-8a8a-2c8d2adedd92','b9096a04e7d80068','01a270db-fce0-7d16-8a8a-2c8d2adedd92','','undone',1797189795040,60,20800,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a266fa-f111-72de-93af-f7b8f8d069b2',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a270db-ff9c-749c-a1ce-f09559260ad7','b9096a04e7d80068','01a270db-ff9c-749c-a1ce-f09559260ad7','','redone',1797189795740,60,20800,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a270db-fce0-7d16-8a8a-2c8d2adedd92',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a270dc-0258-7fb2-bc4c-dfc040416168','b9096a04e7d80068','01a270dc-0258-7fb2-bc4c-dfc040416168','','redone',1797189796440,60,20800,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a270db-fa24-70a2-a734-f8821592b146',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a270dc-4102-781c-a02b-eac93a4c2248','b9096a04e7d80068','01a270dc-4102-781c-a02b-eac93a4c2248','capitals/fr','crammed',1797189812482,60,20800,5,1,0,19.7,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[1,1,280,20799],[1,1,280,20799]]',NULL);
INSERT INTO "events" VALUES('01a270dc-43be-7158-80e1-07ce27d0f5bf','b9096a04e7d80068','01a270dc-43be-7158-80e1-07ce27d0f5bf','','undone',1797189813182,60,20800,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a270dc-4102-781c-a02b-eac93a4c2248',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a270dc-467a-714d-bc37-a8dd0d6c0b6b','b9096a04e7d80068','01a270dc-467a-714d-bc37-a8dd0d6c0b6b','','redone',1797189813882,60,20800,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a270dc-43be-7158-80e1-07ce27d0f5bf',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a270dd-4ee7-7d54-9892-7a1225d8e7db','b9096a04e7d80068','01a270dd-4ee7-7d54-9892-7a1225d8e7db','terms/zwei','graded',1797189881575,60,20800,1,1,0,38.5,2,0,'fail','assert',NULL,NULL,NULL,NULL,NULL,'[[3,14,222,20812],[0,1,222,20801]]',NULL);
INSERT INTO "events" VALUES('01a270dd-f4b0-7496-a10f-7f3bb45ecff8','b9096a04e7d80068','01a270dd-f4b0-7496-a10f-7f3bb45ecff8','terms/zwei','drilled',1797189924016,60,20800,4,1,0,59.5,3,0,'pass',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[0,1,222,20801],[0,1,222,20801]]',NULL);
INSERT INTO "events" VALUES('01a270de-bb5a-772a-a7b2-942ea4f02ed9','b9096a04e7d80068','01a270de-bb5a-772a-a7b2-942ea4f02ed9','pytorch-notes/gather','graded',1797189974874,60,20800,4,1,0,17.0,1,0,'pass',NULL,2098233716,NULL,NULL,'5 is no shape',NULL,'[[4,42,260,20834],[4,42,260,20834]]',NULL);
INSERT INTO "events" VALUES('01a270df-bed0-7c20-b29d-b6d4554f4d58','b9096a04e7d80068','01a270df-bed0-7c20-b29d-b6d4554f4d58','capitals/it','graded',1797190041296,60,20800,4,1,0,38.1,3,0,'pass',NULL,NULL,NULL,NULL,NULL,'{"python":"3.13.5","torch":"2.13.0"}','[[0,1,270,20787],[1,1,270,20801]]',NULL);
INSERT INTO "events" VALUES('01a270df-c4ac-71ed-bd5e-7a9b493280df','b9096a04e7d80068','01a270df-c4ac-71ed-bd5e-7a9b493280df','capitals/jp','buried',1797190042796,60,20800,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a270df-ca88-7239-9568-d8c179332753','b9096a04e7d80068','01a270df-ca88-7239-9568-d8c179332753','shapes/pad','marked',1797190044296,60,20800,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a270df-ca89-751b-9cbb-1fc4a7a82fbb','b9096a04e7d80068','01a270df-ca88-7239-9568-d8c179332753','shapes/axes','marked',1797190044296,60,20800,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a270df-cd44-7620-8e01-2680bf54fb6c','b9096a04e7d80068','01a270df-cd44-7620-8e01-2680bf54fb6c','','undone',1797190044996,60,20800,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a270df-ca88-7239-9568-d8c179332753',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a270df-d000-7d57-aafd-ce3485fcb734','b9096a04e7d80068','01a270df-d000-7d57-aafd-ce3485fcb734','','undone',1797190045696,60,20800,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,'01a270df-c4ac-71ed-bd5e-7a9b493280df',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a270e0-fcd8-79b5-aef5-263167ca29e2','b9096a04e7d80068','01a270e0-fcd8-79b5-aef5-263167ca29e2','rivers/r3','graded',1797190122712,60,20800,4,1,0,16.4,1,0,'pass',NULL,NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[1,1,250,20801]]',NULL);
INSERT INTO "events" VALUES('01a270e1-ec76-7a00-bc32-8a56602ca243','b9096a04e7d80068','01a270e1-ec76-7a00-bc32-8a56602ca243','rivers/r4','graded',1797190184054,60,20800,2,1,0,44.9,3,1,'fail','time',NULL,NULL,NULL,NULL,NULL,'[[0,0,250,null],[0,1,250,20801]]',NULL);
INSERT INTO "events" VALUES('01a270e1-f252-7c83-8a04-c7eb4f3901ea','b9096a04e7d80068','01a270e1-f252-7c83-8a04-c7eb4f3901ea','rivers/r1','suspended',1797190185554,60,20800,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a270e1-f82e-748e-97f0-044c58265608','b9096a04e7d80068','01a270e1-f82e-748e-97f0-044c58265608','capitals/fr','marked',1797190187054,60,20800,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "events" VALUES('01a270e1-f82f-70b4-9f06-739e49814be0','b9096a04e7d80068','01a270e1-f82e-748e-97f0-044c58265608','terms/ein','marked',1797190187054,60,20800,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE hours (
	day INTEGER NOT NULL, 
	deck VARCHAR NOT NULL, 
	hour INTEGER NOT NULL, 
	passed INTEGER NOT NULL, 
	failed INTEGER NOT NULL, 
	CONSTRAINT pk_hours PRIMARY KEY (day, deck, hour)
)
 WITHOUT ROWID

;
INSERT INTO "hours" VALUES(20742,'capitals',16,1,0);
INSERT INTO "hours" VALUES(20742,'pytorch-notes',16,2,0);
INSERT INTO "hours" VALUES(20742,'terms',16,1,0);
INSERT INTO "hours" VALUES(20743,'terms',16,0,1);
INSERT INTO "hours" VALUES(20744,'capitals',18,1,0);
INSERT INTO "hours" VALUES(20744,'pytorch-notes',18,1,1);
INSERT INTO "hours" VALUES(20744,'shapes',18,1,0);
INSERT INTO "hours" VALUES(20744,'terms',18,2,0);
INSERT INTO "hours" VALUES(20745,'terms',18,0,1);
INSERT INTO "hours" VALUES(20746,'away',18,2,0);
INSERT INTO "hours" VALUES(20746,'old',18,1,0);
INSERT INTO "hours" VALUES(20746,'pytorch-notes',18,1,0);
INSERT INTO "hours" VALUES(20746,'shapes',18,1,0);
INSERT INTO "hours" VALUES(20746,'terms',18,2,1);
INSERT INTO "hours" VALUES(20747,'terms',18,0,1);
INSERT INTO "hours" VALUES(20748,'away',15,1,1);
INSERT INTO "hours" VALUES(20748,'capitals',15,0,1);
INSERT INTO "hours" VALUES(20748,'old',15,1,0);
INSERT INTO "hours" VALUES(20748,'pytorch-notes',15,1,0);
INSERT INTO "hours" VALUES(20748,'shapes',15,1,0);
INSERT INTO "hours" VALUES(20748,'terms',15,1,1);
INSERT INTO "hours" VALUES(20749,'terms',15,0,1);
INSERT INTO "hours" VALUES(20750,'away',15,0,1);
INSERT INTO "hours" VALUES(20750,'capitals',15,2,0);
INSERT INTO "hours" VALUES(20750,'pytorch-notes',15,1,0);
INSERT INTO "hours" VALUES(20750,'shapes',15,2,0);
INSERT INTO "hours" VALUES(20750,'terms',15,1,1);
INSERT INTO "hours" VALUES(20751,'terms',15,0,1);
INSERT INTO "hours" VALUES(20752,'away',15,0,1);
INSERT INTO "hours" VALUES(20752,'capitals',15,1,1);
INSERT INTO "hours" VALUES(20752,'shapes',15,1,2);
INSERT INTO "hours" VALUES(20752,'terms',15,1,1);
INSERT INTO "hours" VALUES(20753,'terms',15,0,1);
INSERT INTO "hours" VALUES(20754,'away',12,1,0);
INSERT INTO "hours" VALUES(20754,'capitals',12,1,0);
INSERT INTO "hours" VALUES(20754,'pytorch-notes',13,1,1);
INSERT INTO "hours" VALUES(20754,'shapes',13,3,0);
INSERT INTO "hours" VALUES(20754,'terms',12,1,0);
INSERT INTO "hours" VALUES(20754,'terms',13,1,0);
INSERT INTO "hours" VALUES(20755,'old',12,1,0);
INSERT INTO "hours" VALUES(20755,'pytorch-notes',12,2,0);
INSERT INTO "hours" VALUES(20755,'terms',12,2,0);
INSERT INTO "hours" VALUES(20756,'capitals',12,0,1);
INSERT INTO "hours" VALUES(20756,'pytorch-notes',6,1,0);
INSERT INTO "hours" VALUES(20756,'pytorch-notes',12,0,1);
INSERT INTO "hours" VALUES(20756,'shapes',6,1,1);
INSERT INTO "hours" VALUES(20756,'terms',12,2,0);
INSERT INTO "hours" VALUES(20757,'away',12,0,1);
INSERT INTO "hours" VALUES(20757,'old',12,1,0);
INSERT INTO "hours" VALUES(20757,'pytorch-notes',6,2,0);
INSERT INTO "hours" VALUES(20757,'shapes',6,1,1);
INSERT INTO "hours" VALUES(20757,'terms',12,1,0);
INSERT INTO "hours" VALUES(20758,'capitals',12,1,0);
INSERT INTO "hours" VALUES(20758,'shapes',6,1,0);
INSERT INTO "hours" VALUES(20758,'terms',6,0,1);
INSERT INTO "hours" VALUES(20759,'shapes',6,1,0);
INSERT INTO "hours" VALUES(20759,'terms',6,2,0);
INSERT INTO "hours" VALUES(20760,'away',12,1,0);
INSERT INTO "hours" VALUES(20760,'capitals',12,1,0);
INSERT INTO "hours" VALUES(20760,'shapes',12,1,0);
INSERT INTO "hours" VALUES(20760,'terms',12,2,0);
INSERT INTO "hours" VALUES(20761,'terms',12,0,1);
INSERT INTO "hours" VALUES(20762,'away',12,1,0);
INSERT INTO "hours" VALUES(20762,'old',12,1,0);
INSERT INTO "hours" VALUES(20762,'pytorch-notes',12,0,1);
INSERT INTO "hours" VALUES(20762,'terms',12,1,1);
INSERT INTO "hours" VALUES(20763,'pytorch-notes',12,1,0);
INSERT INTO "hours" VALUES(20763,'shapes',12,1,0);
INSERT INTO "hours" VALUES(20763,'terms',12,0,2);
INSERT INTO "hours" VALUES(20764,'capitals',12,1,0);
INSERT INTO "hours" VALUES(20764,'pytorch-notes',12,2,0);
INSERT INTO "hours" VALUES(20764,'shapes',12,1,0);
INSERT INTO "hours" VALUES(20764,'terms',12,2,0);
INSERT INTO "hours" VALUES(20765,'terms',12,0,1);
INSERT INTO "hours" VALUES(20766,'away',12,1,0);
INSERT INTO "hours" VALUES(20766,'capitals',12,0,1);
INSERT INTO "hours" VALUES(20766,'pytorch-notes',12,2,0);
INSERT INTO "hours" VALUES(20766,'shapes',17,1,0);
INSERT INTO "hours" VALUES(20766,'terms',12,2,0);
INSERT INTO "hours" VALUES(20766,'terms',17,1,0);
INSERT INTO "hours" VALUES(20781,'away',23,0,1);
INSERT INTO "hours" VALUES(20781,'python',23,0,1);
INSERT INTO "hours" VALUES(20786,'capitals',0,0,1);
INSERT INTO "hours" VALUES(20786,'default',0,1,0);
INSERT INTO "hours" VALUES(20786,'python',0,1,0);
INSERT INTO "hours" VALUES(20786,'python.torch',0,1,0);
INSERT INTO "hours" VALUES(20786,'shapes',0,0,1);
INSERT INTO "hours" VALUES(20786,'terms',0,1,0);
INSERT INTO "hours" VALUES(20792,'python',0,1,1);
INSERT INTO "hours" VALUES(20792,'pytorch-notes',0,1,0);
INSERT INTO "hours" VALUES(20792,'shapes',0,0,2);
INSERT INTO "hours" VALUES(20792,'terms',0,1,0);
INSERT INTO "hours" VALUES(20798,'capitals',22,1,1);
INSERT INTO "hours" VALUES(20798,'python',22,1,0);
INSERT INTO "hours" VALUES(20798,'shapes',22,2,0);
INSERT INTO "hours" VALUES(20798,'terms',22,1,0);
INSERT INTO "hours" VALUES(20800,'capitals',20,1,0);
INSERT INTO "hours" VALUES(20800,'rivers',20,1,1);
CREATE TABLE meta (
	name VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	CONSTRAINT pk_meta PRIMARY KEY (name)
);
INSERT INTO "meta" VALUES('device','b9096a04e7d80068');
INSERT INTO "meta" VALUES('note:deck words renamed','terms');
INSERT INTO "meta" VALUES('note:tour','seen');
CREATE TABLE schedules (
	card VARCHAR NOT NULL, 
	repetitions INTEGER NOT NULL, 
	interval_days INTEGER NOT NULL, 
	ease INTEGER NOT NULL, 
	lapses INTEGER NOT NULL, 
	due_day INTEGER, 
	drill_day INTEGER, 
	answers INTEGER NOT NULL, 
	buried_until INTEGER, 
	suspended BOOLEAN NOT NULL, 
	marked BOOLEAN NOT NULL, 
	head VARCHAR NOT NULL, 
	deck VARCHAR, 
	place INTEGER NOT NULL, 
	shuffle BIGINT NOT NULL, 
	CONSTRAINT pk_schedules PRIMARY KEY (card)
)
 WITHOUT ROWID

;
INSERT INTO "schedules" VALUES('away/left',3,15,250,0,20775,NULL,3,NULL,0,0,'01a1a12a-0fa5-7d52-9f9a-7611ea75abda','away',0,86786505672601);
INSERT INTO "schedules" VALUES('away/right',0,1,242,3,20782,20781,14,NULL,0,0,'01a20f95-557b-7dc7-8c1f-a5e33d8b31fc','away',1,139600346982338);
INSERT INTO "schedules" VALUES('capitals/fr',1,1,280,1,20799,NULL,6,NULL,0,1,'01a270e1-f82e-748e-97f0-044c58265608','capitals',0,156773022446820);
INSERT INTO "schedules" VALUES('capitals/it',1,1,270,1,20801,NULL,8,NULL,0,0,'01a270df-bed0-7c20-b29d-b6d4554f4d58','capitals',1,161011061397480);
INSERT INTO "schedules" VALUES('capitals/jp',0,1,256,2,20799,20798,10,NULL,0,0,'01a270df-d000-7d57-aafd-ce3485fcb734','capitals',2,135669281262460);
INSERT INTO "schedules" VALUES('default/g-a611559f62e1542a',1,1,250,0,20787,NULL,1,NULL,0,0,'01a22990-99f9-736d-9d75-1d4166f8a46e','default',0,244262172420461);
INSERT INTO "schedules" VALUES('old/one',3,14,222,0,20769,NULL,4,NULL,0,0,'01a18759-965e-755a-8157-d20b7a40a149',NULL,0,84850011683513);
INSERT INTO "schedules" VALUES('old/two',2,6,260,0,20768,NULL,2,NULL,0,0,'01a1ab7d-57f9-760d-bccb-925e7c3880d5',NULL,0,8817712891797);
INSERT INTO "schedules" VALUES('python.torch/g-961a5daf1322f6ee',2,6,250,0,20776,NULL,0,NULL,1,0,'01a20669-1640-89f4-9d49-028d95ea7fa4','python.torch',0,48991544565474);
INSERT INTO "schedules" VALUES('python.torch/g-961a5daf1322f6ee-2',1,1,204,2,20787,NULL,2,NULL,0,0,'01a22991-aea5-7de0-aa46-9c44bce88145','python.torch',1,65936151987043);
INSERT INTO "schedules" VALUES('python.torch/g-ca334e68d4c119d0',3,30,236,1,20791,NULL,1,NULL,0,0,'01a20f93-c116-7549-9291-a0cc58a20c31','python.torch',2,57233253158018);
INSERT INTO "schedules" VALUES('python/g-319e332086d68fff-c1',0,1,250,1,20793,NULL,4,NULL,0,0,'01a2487e-e6ab-71c6-9d8f-24fe51dd6595','python',0,24466118835112);
INSERT INTO "schedules" VALUES('python/g-319e332086d68fff-c2',1,1,260,0,20799,NULL,1,NULL,0,0,'01a270dc-0258-7fb2-bc4c-dfc040416168','python',1,278937294714962);
INSERT INTO "schedules" VALUES('python/g-557661b1b623cb4e',1,1,250,0,20793,NULL,1,NULL,0,0,'01a2487c-0daa-71b4-b336-ed367950d34f','python',2,53791887512416);
INSERT INTO "schedules" VALUES('pytorch-notes/cat',3,16,260,0,20779,NULL,7,NULL,0,0,'01a1c02a-8aa9-7375-804e-f77043ce1f4b','pytorch-notes',2,57778815984514);
INSERT INTO "schedules" VALUES('pytorch-notes/gather',4,42,260,0,20834,NULL,6,NULL,0,0,'01a270de-bb5a-772a-a7b2-942ea4f02ed9','pytorch-notes',3,148003617413693);
INSERT INTO "schedules" VALUES('pytorch-notes/rank',2,6,242,3,20772,20766,18,NULL,0,0,'01a1c027-3c8b-7fb4-a4fa-65ccce9434d8','pytorch-notes',0,179924857420526);
INSERT INTO "schedules" VALUES('pytorch-notes/stride',3,15,236,1,20781,NULL,9,NULL,0,0,'01a1c029-26cc-77d2-861c-d206f6e36e58','pytorch-notes',1,144206677236035);
INSERT INTO "schedules" VALUES('rivers/r0',0,0,250,0,NULL,NULL,0,NULL,0,0,'','rivers',0,29213699275914);
INSERT INTO "schedules" VALUES('rivers/r1',0,0,250,0,NULL,NULL,0,NULL,1,0,'01a270e1-f252-7c83-8a04-c7eb4f3901ea','rivers',1,218312712007722);
INSERT INTO "schedules" VALUES('rivers/r2',0,0,250,0,NULL,NULL,0,NULL,0,0,'','rivers',2,262273627018213);
INSERT INTO "schedules" VALUES('rivers/r3',1,1,250,0,20801,NULL,1,NULL,0,0,'01a270e0-fcd8-79b5-aef5-263167ca29e2','rivers',3,239525035824096);
INSERT INTO "schedules" VALUES('rivers/r4',0,1,250,0,20801,20800,1,NULL,0,0,'01a270e1-ec76-7a00-bc32-8a56602ca243','rivers',4,48847664788332);
INSERT INTO "schedules" VALUES('rivers/r5',0,0,250,0,NULL,NULL,0,NULL,0,0,'','rivers',5,189911234606414);
INSERT INTO "schedules" VALUES('rivers/r6',0,0,250,0,NULL,NULL,0,NULL,0,0,'','rivers',6,102496137948532);
INSERT INTO "schedules" VALUES('rivers/r7',0,0,250,0,NULL,NULL,0,NULL,0,0,'','rivers',7,260339248674856);
INSERT INTO "schedules" VALUES('shapes/axes',0,0,250,0,NULL,NULL,0,NULL,1,0,'01a270df-cd44-7620-8e01-2680bf54fb6c','shapes',2,15613663543770);
INSERT INTO "schedules" VALUES('shapes/expand',1,1,208,2,20799,NULL,12,NULL,0,0,'01a266f8-b672-7e65-a069-46bf4506fc85','shapes',4,38044306646098);
INSERT INTO "schedules" VALUES('shapes/far',0,1,256,4,20787,NULL,15,NULL,0,0,'01a22991-4abd-7b53-8f44-d5cf251c9c21','shapes',5,75221283885870);
INSERT INTO "schedules" VALUES('shapes/flatten',4,37,246,0,20834,NULL,4,NULL,0,0,'01a266f8-727d-76ba-97ac-c805fc1ece9b','shapes',0,50403757972254);
INSERT INTO "schedules" VALUES('shapes/lost',0,1,250,2,20753,20752,5,NULL,0,0,'01a1787d-3b2f-7f68-a17b-621c3f0b34ec',NULL,0,154291316134287);
INSERT INTO "schedules" VALUES('shapes/padding',1,1,250,0,20755,NULL,1,NULL,1,0,'01a270df-cd44-7620-8e01-2680bf54fb6c','shapes',1,8426927638272);
INSERT INTO "schedules" VALUES('shapes/squeeze',0,1,222,1,20793,NULL,7,NULL,0,0,'01a2487d-96e5-7b3b-9fea-9ef0fc9f8e00','shapes',3,216991198608365);
INSERT INTO "schedules" VALUES('terms/drei',2,6,270,0,20798,NULL,12,NULL,0,0,'01a24879-0d56-779d-a079-7b331fddd200','terms',2,223107898530888);
INSERT INTO "schedules" VALUES('terms/ein',3,17,270,1,20783,NULL,9,20747,0,1,'01a270e1-f82f-70b4-9f06-739e49814be0','terms',0,4038751397064);
INSERT INTO "schedules" VALUES('terms/leech',2,6,266,8,20792,NULL,36,NULL,0,0,'01a2298f-4e72-7132-9ffb-5338359a5f8d','terms',4,119681835792888);
INSERT INTO "schedules" VALUES('terms/vier',0,1,250,1,20828,NULL,6,NULL,0,0,'01a1c02a-84cb-7ef1-b717-186629ba484b','terms',3,99018466656824);
INSERT INTO "schedules" VALUES('terms/zwei',0,1,222,1,20801,NULL,11,NULL,0,0,'01a270dd-f4b0-7496-a10f-7f3bb45ecff8','terms',1,99088877364291);
CREATE TABLE standings (
	what VARCHAR NOT NULL, 
	value INTEGER NOT NULL, 
	deck VARCHAR NOT NULL, 
	suspended BOOLEAN NOT NULL, 
	cards INTEGER NOT NULL, 
	CONSTRAINT pk_standings PRIMARY KEY (what, value, deck, suspended)
)
 WITHOUT ROWID

;
INSERT INTO "standings" VALUES('due',20755,'shapes',1,1);
INSERT INTO "standings" VALUES('due',20772,'pytorch-notes',0,1);
INSERT INTO "standings" VALUES('due',20775,'away',0,1);
INSERT INTO "standings" VALUES('due',20776,'python.torch',1,1);
INSERT INTO "standings" VALUES('due',20779,'pytorch-notes',0,1);
INSERT INTO "standings" VALUES('due',20781,'pytorch-notes',0,1);
INSERT INTO "standings" VALUES('due',20782,'away',0,1);
INSERT INTO "standings" VALUES('due',20783,'terms',0,1);
INSERT INTO "standings" VALUES('due',20787,'default',0,1);
INSERT INTO "standings" VALUES('due',20787,'python.torch',0,1);
INSERT INTO "standings" VALUES('due',20787,'shapes',0,1);
INSERT INTO "standings" VALUES('due',20791,'python.torch',0,1);
INSERT INTO "standings" VALUES('due',20792,'terms',0,1);
INSERT INTO "standings" VALUES('due',20793,'python',0,2);
INSERT INTO "standings" VALUES('due',20793,'shapes',0,1);
INSERT INTO "standings" VALUES('due',20798,'terms',0,1);
INSERT INTO "standings" VALUES('due',20799,'capitals',0,2);
INSERT INTO "standings" VALUES('due',20799,'python',0,1);
INSERT INTO "standings" VALUES('due',20799,'shapes',0,1);
INSERT INTO "standings" VALUES('due',20801,'capitals',0,1);
INSERT INTO "standings" VALUES('due',20801,'rivers',0,2);
INSERT INTO "standings" VALUES('due',20801,'terms',0,1);
INSERT INTO "standings" VALUES('due',20828,'terms',0,1);
INSERT INTO "standings" VALUES('due',20834,'pytorch-notes',0,1);
INSERT INTO "standings" VALUES('due',20834,'shapes',0,1);
INSERT INTO "standings" VALUES('ease',204,'python.torch',0,1);
INSERT INTO "standings" VALUES('ease',208,'shapes',0,1);
INSERT INTO "standings" VALUES('ease',222,'shapes',0,1);
INSERT INTO "standings" VALUES('ease',222,'terms',0,1);
INSERT INTO "standings" VALUES('ease',236,'python.torch',0,1);
INSERT INTO "standings" VALUES('ease',236,'pytorch-notes',0,1);
INSERT INTO "standings" VALUES('ease',242,'away',0,1);
INSERT INTO "standings" VALUES('ease',242,'pytorch-notes',0,1);
INSERT INTO "standings" VALUES('ease',246,'shapes',0,1);
INSERT INTO "standings" VALUES('ease',250,'away',0,1);
INSERT INTO "standings" VALUES('ease',250,'default',0,1);
INSERT INTO "standings" VALUES('ease',250,'python',0,2);
INSERT INTO "standings" VALUES('ease',250,'python.torch',1,1);
INSERT INTO "standings" VALUES('ease',250,'rivers',0,2);
INSERT INTO "standings" VALUES('ease',250,'shapes',1,1);
INSERT INTO "standings" VALUES('ease',250,'terms',0,1);
INSERT INTO "standings" VALUES('ease',256,'capitals',0,1);
INSERT INTO "standings" VALUES('ease',256,'shapes',0,1);
INSERT INTO "standings" VALUES('ease',260,'python',0,1);
INSERT INTO "standings" VALUES('ease',260,'pytorch-notes',0,2);
INSERT INTO "standings" VALUES('ease',266,'terms',0,1);
INSERT INTO "standings" VALUES('ease',270,'capitals',0,1);
INSERT INTO "standings" VALUES('ease',270,'terms',0,2);
INSERT INTO "standings" VALUES('ease',280,'capitals',0,1);
INSERT INTO "standings" VALUES('interval',1,'away',0,1);
INSERT INTO "standings" VALUES('interval',1,'capitals',0,3);
INSERT INTO "standings" VALUES('interval',1,'default',0,1);
INSERT INTO "standings" VALUES('interval',1,'python',0,3);
INSERT INTO "standings" VALUES('interval',1,'python.torch',0,1);
INSERT INTO "standings" VALUES('interval',1,'rivers',0,2);
INSERT INTO "standings" VALUES('interval',1,'shapes',0,3);
INSERT INTO "standings" VALUES('interval',1,'shapes',1,1);
INSERT INTO "standings" VALUES('interval',1,'terms',0,2);
INSERT INTO "standings" VALUES('interval',6,'python.torch',1,1);
INSERT INTO "standings" VALUES('interval',6,'pytorch-notes',0,1);
INSERT INTO "standings" VALUES('interval',6,'terms',0,2);
INSERT INTO "standings" VALUES('interval',15,'away',0,1);
INSERT INTO "standings" VALUES('interval',15,'pytorch-notes',0,1);
INSERT INTO "standings" VALUES('interval',16,'pytorch-notes',0,1);
INSERT INTO "standings" VALUES('interval',17,'terms',0,1);
INSERT INTO "standings" VALUES('interval',30,'python.torch',0,1);
INSERT INTO "standings" VALUES('interval',37,'shapes',0,1);
INSERT INTO "standings" VALUES('interval',42,'pytorch-notes',0,1);
INSERT INTO "standings" VALUES('lapses',0,'away',0,1);
INSERT INTO "standings" VALUES('lapses',0,'default',0,1);
INSERT INTO "standings" VALUES('lapses',0,'python',0,2);
INSERT INTO "standings" VALUES('lapses',0,'python.torch',1,1);
INSERT INTO "standings" VALUES('lapses',0,'pytorch-notes',0,2);
INSERT INTO "standings" VALUES('lapses',0,'rivers',0,2);
INSERT INTO "standings" VALUES('lapses',0,'shapes',0,1);
INSERT INTO "standings" VALUES('lapses',0,'shapes',1,1);
INSERT INTO "standings" VALUES('lapses',0,'terms',0,1);
INSERT INTO "standings" VALUES('lapses',1,'capitals',0,2);
INSERT INTO "standings" VALUES('lapses',1,'python',0,1);
INSERT INTO "standings" VALUES('lapses',1,'python.torch',0,1);
INSERT INTO "standings" VALUES('lapses',1,'pytorch-notes',0,1);
INSERT INTO "standings" VALUES('lapses',1,'shapes',0,1);
INSERT INTO "standings" VALUES('lapses',1,'terms',0,3);
INSERT INTO "standings" VALUES('lapses',2,'capitals',0,1);
INSERT INTO "standings" VALUES('lapses',2,'python.torch',0,1);
INSERT INTO "standings" VALUES('lapses',2,'shapes',0,1);
INSERT INTO "standings" VALUES('lapses',3,'away',0,1);
INSERT INTO "standings" VALUES('lapses',3,'pytorch-notes',0,1);
INSERT INTO "standings" VALUES('lapses',4,'shapes',0,1);
INSERT INTO "standings" VALUES('lapses',8,'terms',0,1);
CREATE TABLE totals (
	day INTEGER NOT NULL, 
	deck VARCHAR NOT NULL, 
	q0 INTEGER NOT NULL, 
	q1 INTEGER NOT NULL, 
	q2 INTEGER NOT NULL, 
	q3 INTEGER NOT NULL, 
	q4 INTEGER NOT NULL, 
	q5 INTEGER NOT NULL, 
	introduced INTEGER NOT NULL, 
	taught INTEGER NOT NULL, 
	young INTEGER NOT NULL, 
	young_lost INTEGER NOT NULL, 
	mature INTEGER NOT NULL, 
	mature_lost INTEGER NOT NULL, 
	practised INTEGER NOT NULL, 
	drilled INTEGER NOT NULL, 
	crammed INTEGER NOT NULL, 
	first_try INTEGER NOT NULL, 
	recorded INTEGER NOT NULL, 
	recorded_lost INTEGER NOT NULL, 
	milliseconds BIGINT NOT NULL, 
	CONSTRAINT pk_totals PRIMARY KEY (day, deck)
)
 WITHOUT ROWID

;
INSERT INTO "totals" VALUES(20458,'python.torch',0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,2,0,5200);
INSERT INTO "totals" VALUES(20459,'python.torch',0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,1,9100);
INSERT INTO "totals" VALUES(20460,'python.torch',0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,0,3000);
INSERT INTO "totals" VALUES(20462,'python.torch',0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,0,1500);
INSERT INTO "totals" VALUES(20464,'python.torch',0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,0,5500);
INSERT INTO "totals" VALUES(20476,'python.torch',0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,0,2500);
INSERT INTO "totals" VALUES(20742,'capitals',0,0,0,0,0,1,1,0,0,0,0,0,0,0,0,1,0,0,34800);
INSERT INTO "totals" VALUES(20742,'pytorch-notes',0,0,0,0,1,1,2,0,0,0,0,0,0,0,0,1,0,0,56900);
INSERT INTO "totals" VALUES(20742,'terms',0,0,0,0,1,0,1,0,0,0,0,0,0,0,0,0,0,0,12200);
INSERT INTO "totals" VALUES(20743,'terms',0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,42600);
INSERT INTO "totals" VALUES(20744,'capitals',0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,56300);
INSERT INTO "totals" VALUES(20744,'pytorch-notes',0,1,0,0,1,0,0,0,0,0,0,0,0,1,0,0,0,0,90900);
INSERT INTO "totals" VALUES(20744,'shapes',0,0,0,0,1,0,1,0,0,0,0,0,0,0,0,0,0,0,6100);
INSERT INTO "totals" VALUES(20744,'terms',0,0,0,1,1,0,1,0,0,0,0,0,0,1,0,1,0,0,89400);
INSERT INTO "totals" VALUES(20745,'terms',0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,18300);
INSERT INTO "totals" VALUES(20746,'away',0,0,0,1,1,0,2,0,0,0,0,0,0,1,0,0,0,0,101600);
INSERT INTO "totals" VALUES(20746,'old',0,0,0,1,0,0,1,0,0,0,0,0,0,0,0,0,0,0,54200);
INSERT INTO "totals" VALUES(20746,'pytorch-notes',0,0,0,0,0,1,0,0,0,0,0,0,1,0,0,0,0,0,65800);
INSERT INTO "totals" VALUES(20746,'shapes',0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,37800);
INSERT INTO "totals" VALUES(20746,'terms',0,1,0,0,2,0,1,0,0,0,0,0,1,1,1,0,0,0,166200);
INSERT INTO "totals" VALUES(20747,'terms',0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,24700);
INSERT INTO "totals" VALUES(20748,'away',1,0,0,0,1,0,0,0,0,0,0,0,0,1,0,1,0,0,54600);
INSERT INTO "totals" VALUES(20748,'capitals',0,0,1,0,0,0,1,1,0,0,0,0,0,1,0,0,0,0,62600);
INSERT INTO "totals" VALUES(20748,'old',0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,17800);
INSERT INTO "totals" VALUES(20748,'pytorch-notes',0,0,0,0,1,0,0,0,0,0,0,0,2,0,0,0,0,0,84200);
INSERT INTO "totals" VALUES(20748,'shapes',0,0,0,0,1,0,1,0,0,0,0,0,1,0,0,0,0,0,107300);
INSERT INTO "totals" VALUES(20748,'terms',1,0,0,0,1,0,0,0,0,0,0,0,1,1,0,1,0,0,104300);
INSERT INTO "totals" VALUES(20749,'terms',0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,59100);
INSERT INTO "totals" VALUES(20750,'away',1,0,0,0,0,0,0,0,0,0,0,0,0,1,0,0,0,0,53000);
INSERT INTO "totals" VALUES(20750,'capitals',0,0,0,0,0,2,1,0,0,0,0,0,0,0,0,0,0,0,32400);
INSERT INTO "totals" VALUES(20750,'pytorch-notes',0,0,0,0,1,0,0,0,0,0,0,0,1,0,0,1,0,0,41300);
INSERT INTO "totals" VALUES(20750,'shapes',0,0,0,1,1,0,1,0,0,0,0,0,0,1,0,0,0,0,118100);
INSERT INTO "totals" VALUES(20750,'terms',1,0,0,0,1,0,0,0,0,0,0,0,1,1,0,1,0,0,114000);
INSERT INTO "totals" VALUES(20751,'terms',0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,31900);
INSERT INTO "totals" VALUES(20752,'away',1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,26300);
INSERT INTO "totals" VALUES(20752,'capitals',1,0,0,0,0,1,0,0,1,1,0,0,0,1,0,0,0,0,113200);
INSERT INTO "totals" VALUES(20752,'pytorch-notes',0,0,0,0,0,0,0,0,0,0,0,0,1,0,0,0,0,0,8500);
INSERT INTO "totals" VALUES(20752,'shapes',2,0,0,1,0,0,1,1,1,0,0,0,0,1,0,0,0,0,133200);
INSERT INTO "totals" VALUES(20752,'terms',0,0,1,0,1,0,1,0,0,0,0,0,1,1,0,0,0,0,52800);
INSERT INTO "totals" VALUES(20753,'terms',0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,20300);
INSERT INTO "totals" VALUES(20754,'away',0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,18800);
INSERT INTO "totals" VALUES(20754,'capitals',0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,12100);
INSERT INTO "totals" VALUES(20754,'pytorch-notes',0,0,1,0,0,1,2,1,0,0,0,0,0,1,0,0,0,0,88200);
INSERT INTO "totals" VALUES(20754,'shapes',0,0,0,0,3,0,1,0,0,0,0,0,0,0,0,0,0,0,129900);
INSERT INTO "totals" VALUES(20754,'terms',0,0,0,0,1,1,0,0,0,0,0,0,0,0,0,1,0,0,30200);
INSERT INTO "totals" VALUES(20755,'old',0,0,0,1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,21600);
INSERT INTO "totals" VALUES(20755,'pytorch-notes',0,0,0,0,2,0,0,0,0,0,0,0,0,0,0,0,0,0,110100);
INSERT INTO "totals" VALUES(20755,'terms',0,0,0,0,2,0,1,0,0,0,0,0,0,0,0,0,0,0,31100);
INSERT INTO "totals" VALUES(20756,'capitals',1,0,0,0,0,0,0,0,0,0,0,0,0,1,0,0,0,0,55300);
INSERT INTO "totals" VALUES(20756,'pytorch-notes',1,0,0,0,1,0,0,0,1,1,0,0,1,2,0,1,0,0,211800);
INSERT INTO "totals" VALUES(20756,'shapes',1,0,0,1,0,0,1,0,0,0,0,0,1,2,0,0,0,0,120100);
INSERT INTO "totals" VALUES(20756,'terms',0,0,0,0,2,0,0,0,0,0,0,0,1,0,0,1,0,0,50700);
INSERT INTO "totals" VALUES(20757,'away',0,0,1,0,0,0,0,0,0,0,0,0,0,1,0,0,0,0,78000);
INSERT INTO "totals" VALUES(20757,'old',0,0,0,0,1,0,1,0,0,0,0,0,0,0,0,0,0,0,2600);
INSERT INTO "totals" VALUES(20757,'pytorch-notes',0,0,0,0,2,0,0,0,0,0,0,0,1,0,0,2,0,0,96200);
INSERT INTO "totals" VALUES(20757,'shapes',0,0,1,1,0,0,0,0,0,0,0,0,1,3,0,0,0,0,215400);
INSERT INTO "totals" VALUES(20757,'terms',0,0,0,0,0,1,0,0,0,0,0,0,1,1,0,0,0,0,115800);
INSERT INTO "totals" VALUES(20758,'capitals',0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,1,0,0,16300);
INSERT INTO "totals" VALUES(20758,'pytorch-notes',0,0,0,0,0,0,0,0,0,0,0,0,3,0,0,0,0,0,128400);
INSERT INTO "totals" VALUES(20758,'shapes',0,0,0,0,0,1,0,0,0,0,0,0,1,1,0,1,0,0,108300);
INSERT INTO "totals" VALUES(20758,'terms',0,1,0,0,0,0,0,0,1,1,0,0,2,2,0,0,0,0,68800);
INSERT INTO "totals" VALUES(20759,'shapes',0,0,0,1,0,0,0,0,0,0,0,0,0,1,0,1,0,0,45600);
INSERT INTO "totals" VALUES(20759,'terms',0,0,0,1,1,0,0,0,0,0,0,0,2,1,0,0,0,0,137400);
INSERT INTO "totals" VALUES(20760,'away',0,0,0,0,1,0,0,0,1,0,0,0,0,0,0,0,0,0,38600);
INSERT INTO "totals" VALUES(20760,'capitals',0,0,0,0,1,0,0,0,1,0,0,0,0,0,0,0,0,0,50100);
INSERT INTO "totals" VALUES(20760,'shapes',0,0,0,1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,51300);
INSERT INTO "totals" VALUES(20760,'terms',0,0,0,1,1,0,0,0,0,0,0,0,1,2,0,0,0,0,153600);
INSERT INTO "totals" VALUES(20761,'terms',1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,47100);
INSERT INTO "totals" VALUES(20762,'away',0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,1,0,0,52300);
INSERT INTO "totals" VALUES(20762,'old',0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,47900);
INSERT INTO "totals" VALUES(20762,'pytorch-notes',0,0,1,0,0,0,0,0,0,0,0,0,0,1,0,0,0,0,82000);
INSERT INTO "totals" VALUES(20762,'terms',0,0,1,1,0,0,0,0,0,0,0,0,1,2,0,0,0,0,120100);
INSERT INTO "totals" VALUES(20763,'pytorch-notes',0,0,0,0,0,1,0,0,1,0,0,0,0,0,0,1,0,0,57100);
INSERT INTO "totals" VALUES(20763,'shapes',0,0,0,1,0,0,0,0,0,0,0,0,0,1,0,0,0,0,61100);
INSERT INTO "totals" VALUES(20763,'terms',1,0,1,0,0,0,1,1,0,0,0,0,0,1,0,0,0,0,97700);
INSERT INTO "totals" VALUES(20764,'capitals',0,0,0,1,0,0,0,0,0,0,0,0,0,1,0,1,0,0,105900);
INSERT INTO "totals" VALUES(20764,'pytorch-notes',0,0,0,1,1,0,0,0,1,0,0,0,0,1,0,2,0,0,63200);
INSERT INTO "totals" VALUES(20764,'shapes',0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,3400);
INSERT INTO "totals" VALUES(20764,'terms',0,0,0,1,1,0,0,0,0,0,0,0,0,1,0,0,0,0,106100);
INSERT INTO "totals" VALUES(20765,'terms',1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,17900);
INSERT INTO "totals" VALUES(20766,'away',0,0,0,1,0,0,0,0,0,0,0,0,0,1,0,0,0,0,71900);
INSERT INTO "totals" VALUES(20766,'capitals',0,1,0,0,0,0,0,0,1,1,0,0,0,1,0,0,0,0,71900);
INSERT INTO "totals" VALUES(20766,'pytorch-notes',0,0,0,2,0,0,0,0,1,0,0,0,0,1,0,2,0,0,89500);
INSERT INTO "totals" VALUES(20766,'shapes',0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,1,0,0,54600);
INSERT INTO "totals" VALUES(20766,'terms',0,0,0,0,0,3,0,0,1,0,0,0,0,0,0,1,0,0,125400);
INSERT INTO "totals" VALUES(20781,'away',0,1,0,0,0,0,0,0,1,1,0,0,0,0,0,0,0,0,19200);
INSERT INTO "totals" VALUES(20781,'python',0,0,1,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,54900);
INSERT INTO "totals" VALUES(20781,'python.torch',0,0,0,0,0,0,0,0,0,0,0,0,1,0,0,0,0,0,49800);
INSERT INTO "totals" VALUES(20786,'capitals',0,1,0,0,0,0,0,0,1,1,0,0,0,1,0,0,0,0,45300);
INSERT INTO "totals" VALUES(20786,'default',0,0,0,0,1,0,1,0,0,0,0,0,0,0,0,0,0,0,10100);
INSERT INTO "totals" VALUES(20786,'python',0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,23500);
INSERT INTO "totals" VALUES(20786,'python.torch',0,0,0,1,0,0,0,0,0,0,0,0,0,1,0,0,0,0,53300);
INSERT INTO "totals" VALUES(20786,'shapes',0,0,1,0,0,0,0,0,1,1,0,0,0,1,0,0,0,0,46000);
INSERT INTO "totals" VALUES(20786,'terms',0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,55600);
INSERT INTO "totals" VALUES(20792,'python',1,0,0,0,1,0,1,0,0,0,0,0,0,1,0,1,0,0,33100);
INSERT INTO "totals" VALUES(20792,'pytorch-notes',0,0,0,0,1,0,0,0,1,0,0,0,0,0,0,0,0,0,32100);
INSERT INTO "totals" VALUES(20792,'shapes',1,0,1,0,0,0,0,0,2,2,0,0,0,2,0,0,0,0,126200);
INSERT INTO "totals" VALUES(20792,'terms',0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,1,0,0,19000);
INSERT INTO "totals" VALUES(20798,'capitals',0,0,1,0,0,1,0,0,1,1,0,0,0,0,0,1,0,0,87400);
INSERT INTO "totals" VALUES(20798,'python',0,0,0,0,0,1,1,0,0,0,0,0,0,0,0,0,0,0,4000);
INSERT INTO "totals" VALUES(20798,'shapes',0,0,0,0,1,1,0,0,1,0,0,0,0,0,0,0,0,0,23900);
INSERT INTO "totals" VALUES(20798,'terms',0,0,0,1,0,0,0,0,1,0,0,0,0,0,0,0,0,0,5400);
INSERT INTO "totals" VALUES(20800,'capitals',0,0,0,0,1,0,0,0,0,0,0,0,0,0,1,0,0,0,57800);
INSERT INTO "totals" VALUES(20800,'pytorch-notes',0,0,0,0,0,0,0,0,0,0,0,0,1,0,0,0,0,0,17000);
INSERT INTO "totals" VALUES(20800,'rivers',0,0,1,0,1,0,2,0,0,0,0,0,0,0,0,1,0,0,61300);
INSERT INTO "totals" VALUES(20800,'terms',0,0,0,0,0,0,0,0,0,0,0,0,1,1,0,0,0,0,98000);
CREATE TABLE trust (
	deck VARCHAR NOT NULL, 
	code_hash VARCHAR NOT NULL, 
	code VARCHAR NOT NULL, 
	mine BOOLEAN NOT NULL, 
	unsandboxed BOOLEAN NOT NULL, 
	CONSTRAINT pk_trust PRIMARY KEY (deck)
);
INSERT INTO "trust" VALUES('shapes','','',1,0);
INSERT INTO "trust" VALUES('terms','','',0,0);
CREATE INDEX ix_cards_deck_place ON cards (deck, place);
CREATE INDEX ix_cards_requires ON cards ("key") WHERE requires IS NOT NULL;
CREATE INDEX ix_cards_root ON cards (root);
CREATE INDEX ix_events_card ON events (card);
CREATE INDEX ix_events_disputed ON events (device) WHERE disputed IS NOT NULL;
CREATE INDEX ix_events_renamed ON events (card) WHERE kind = 'renamed';
CREATE INDEX ix_events_target ON events (target) WHERE target IS NOT NULL;
CREATE INDEX ix_schedules_buried ON schedules (deck, buried_until) WHERE buried_until IS NOT NULL;
CREATE INDEX ix_schedules_drill ON schedules (deck, drill_day) WHERE drill_day IS NOT NULL;
CREATE INDEX ix_schedules_due ON schedules (deck, due_day, shuffle, card, buried_until, suspended) WHERE NOT suspended AND due_day IS NOT NULL;
CREATE INDEX ix_schedules_learning ON schedules (deck) WHERE repetitions < 2 AND due_day IS NOT NULL;
CREATE INDEX ix_schedules_new ON schedules (deck, place, card, buried_until, suspended, due_day) WHERE NOT suspended AND due_day IS NULL;
CREATE INDEX ix_schedules_suspended ON schedules (deck, due_day) WHERE suspended;
CREATE INDEX ix_schedules_low ON schedules (deck, card, ease, due_day) WHERE ease <= 130 AND due_day IS NOT NULL;
CREATE INDEX ix_schedules_leeches ON schedules (deck, lapses, due_day) WHERE lapses >= 8 AND due_day IS NOT NULL;
COMMIT;
