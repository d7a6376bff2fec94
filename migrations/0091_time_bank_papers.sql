-- Whoever confirms hours from paper opens the paper: the time bank that a filed paper belongs to is found by it.
create index attendance_of_paper on attendance (book_id, filed_document_id) where filed_document_id is not null;
create index service_record_of_paper on service_record (book_id, filed_document_id) where filed_document_id is not null;
create index hour_gift_of_paper on hour_gift (book_id, filed_document_id) where filed_document_id is not null;
