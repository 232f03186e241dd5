"""The statements that plant owed invoices in billing's tables, with all that its audit wants to see of them.

They go by the temporary table `planted`, a row for each invoice. What they make is a copy of what the demo has, but
for the columns that they name: so they know nothing of the others.
"""

_INVOICES = """
    INSERT INTO invoice
    SELECT (jsonb_populate_record(t, jsonb_build_object(
        'id', p.id, 'number', p.number, 'customer_id', p.customer_id, 'program_id', p.program_id, 'balance', t.total,
        'issued_on', current_date, 'due_on', current_date, 'created_at', now(), 'shared_at', now(),
        'property_id', NULL, 'billing_contact_id', NULL, 'next_reminder_at', NULL
    ))).* FROM planted p, invoice t WHERE t.id = %(invoice)s;

    WITH entered AS (
        INSERT INTO entry SELECT gen_random_uuid(), i.company_id, 'invoice_shared', i.id, now()
        FROM planted JOIN invoice i USING (id) RETURNING id, subject_id
    )
    INSERT INTO posting (company_id, entry_id, account, currency, amount, customer_id, invoice_id)
    SELECT i.company_id, entered.id, account, i.currency, amount, i.customer_id, i.id
    FROM entered JOIN invoice i ON i.id = entered.subject_id, LATERAL (VALUES
        ('accounts_receivable', i.total), ('revenue', i.tax + i.principal + i.interest - i.total),
        ('sales_tax', -i.tax), ('loan_receivable', -i.principal), ('interest', -i.interest)
    ) AS sides(account, amount) WHERE amount <> 0;
"""

_AUTOPAYS = """
    INSERT INTO autopay (
        id, company_id, customer_id, branch_id, time_zone, program_id, status, payment_method_id, currency,
        authorization_id, authorized_by_id, authorized_by, authorized_on, next_plan_at, created_at
    )
    SELECT DISTINCT ON (p.autopay_id) p.autopay_id, i.company_id, p.customer_id, i.branch_id, i.time_zone,
        i.program_id, 'on', p.method_id, i.currency, gen_random_uuid(), %(payer)s::uuid, 'Load', current_date,
        now() + interval '1 year', now()
    FROM planted p JOIN invoice i USING (id)
    ON CONFLICT DO NOTHING;

    INSERT INTO autopay_debit (
        invoice_id, company_id, autopay_id, branch_id, state, amount, charge_on, due_at, noticed_at
    )
    SELECT i.id, i.company_id, p.autopay_id, i.branch_id, 'planned', i.total, current_date,
        now() + interval '1 day', now() - interval '11 days'
    FROM planted p JOIN invoice i USING (id);
"""

_LOANS = """
    CREATE TEMPORARY TABLE loan AS
    SELECT p.program_id, p.agreement_id, p.customer_id, p.batch || '-' || min(p.number) AS number,
        count(*) AS installments, a.id AS like_agreement, a.program_id AS like_program, s.principal, s.interest
    FROM planted p, installment s JOIN finance_agreement a ON a.id = s.agreement_id
    WHERE s.invoice_id = %(invoice)s AND a.stage = 'in_force'
    GROUP BY p.program_id, p.agreement_id, p.customer_id, p.batch, a.id, s.id;

    INSERT INTO program
    SELECT (jsonb_populate_record(t, jsonb_build_object(
        'id', l.program_id, 'number', l.number, 'customer_id', l.customer_id
    ))).* FROM loan l JOIN program t ON t.id = l.like_program;

    INSERT INTO finance_agreement
    SELECT (jsonb_populate_record(t, jsonb_build_object(
        'id', l.agreement_id, 'program_id', l.program_id, 'number', l.number,
        'amount_financed', l.principal * l.installments, 'finance_charge', l.interest * l.installments,
        'total_of_payments', (l.principal + l.interest) * l.installments
    ))).* FROM loan l JOIN finance_agreement t ON t.id = l.like_agreement;

    WITH entered AS (
        INSERT INTO entry SELECT gen_random_uuid(), a.company_id, 'loan_made', a.id, now()
        FROM loan l JOIN finance_agreement a ON a.id = l.agreement_id RETURNING id, subject_id
    )
    INSERT INTO posting (company_id, entry_id, account, currency, amount, customer_id)
    SELECT a.company_id, entered.id, account, a.currency, amount, l.customer_id
    FROM entered JOIN finance_agreement a ON a.id = entered.subject_id JOIN loan l ON l.agreement_id = a.id,
        LATERAL (VALUES ('loan_receivable', a.amount_financed), ('revenue', -a.amount_financed))
        AS sides(account, amount);
"""

_SCHEDULES = """
    INSERT INTO installment (
        id, company_id, agreement_id, number, due_on, amount, principal, interest, invoice_id
    )
    SELECT gen_random_uuid(), i.company_id, p.agreement_id,
        row_number() OVER (PARTITION BY p.agreement_id ORDER BY p.position), i.due_on, i.total, i.principal,
        i.interest, i.id
    FROM planted p JOIN invoice i USING (id);

    DROP TABLE loan;
"""

SERVICES = "UPDATE planted SET program_id = NULL;" + _INVOICES + _AUTOPAYS
# A program's autopay bears the program's id, and is the batch's as the program is.
INSTALLMENTS = "UPDATE planted SET autopay_id = program_id;" + _LOANS + _INVOICES + _SCHEDULES + _AUTOPAYS
