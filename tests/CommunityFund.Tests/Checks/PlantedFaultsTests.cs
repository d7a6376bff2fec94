using CommunityFund.Books;
using CommunityFund.Checks;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Checks;

/// <summary>
/// A superuser changes the books with every trigger off; the check names what was done, and nothing that does not follow from it.
/// </summary>
public sealed class PlantedFaultsTests
{
    // What a careful hand does afterwards, so that no sum betrays it.
    private const string ReAdd = """
        ; delete from balance; delete from fund_position;
        insert into balance select book_id, period, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement,
               coalesce(sum(units) filter (where side = 'D'), 0), coalesce(sum(units) filter (where side = 'C'), 0)
          from posting group by 1, 2, 3, 4, 5, 6, 7, 8, 9;
        insert into fund_position select book_id, fund_id, account_id, commodity, sum(case side when 'D' then units else -units end)
          from posting group by 1, 2, 3, 4
        """;

    [Theory]
    [InlineData("a line's amount", "update posting set units = units + 1 where entry_no = 1 and line_no = 1",
        "entry.unbalanced entry.total leaf.differs balance.differs balance.position voucher.lines")]
    [InlineData("both lines' amounts", "update posting set units = 110000 where entry_no = 1",
        "entry.total leaf.differs balance.differs balance.position voucher.lines lot.differs lot.left")]
    [InlineData("an amount everywhere but in the leaf", """
        update posting set units = 110000 where entry_no = 1; update journal_entry set total = 110000 where entry_no = 1;
        update voucher set total = 110000 where voucher_id = 1; update voucher_line set units = 110000 where voucher_id = 1;
        update gift_lot set units = 110000 where entry_no = 1
        """ + ReAdd, "leaf.differs")]
    [InlineData("the lines of an entry", "delete from posting where entry_no = 5",
        "entry.without-lines leaf.differs balance.differs balance.position voucher.lines lot.left")]
    [InlineData("an entry in the middle", "delete from posting where entry_no = 4; delete from journal_entry where entry_no = 4",
        "order.position-gap order.number-gap balance.differs balance.position voucher.without-entry review.lost lot.left")]
    [InlineData("the tail, with all that hangs on it", """
        delete from posting where entry_no = 5; delete from journal_entry where entry_no = 5; delete from hold where voucher_id = 5;
        delete from voucher_line where voucher_id = 5; delete from lot_move where voucher_id = 5; delete from voucher where voucher_id = 5;
        update gift_lot g set used = coalesce((select sum(m.units) from lot_move m where m.lot_id = g.lot_id and m.state = 'used'), 0)
        """ + ReAdd, "review.lost")]
    [InlineData("lines without a header", "delete from journal_entry where entry_no = 5",
        "entry.without-header voucher.without-entry voucher.lines review.lost")]
    [InlineData("a line of another month", "update posting set period = 202602 where entry_no = 5 and line_no = 1",
        "entry.line-period balance.differs")]
    [InlineData("a line of another day", "update posting set occurred_on = '2026-03-19' where entry_no = 5 and line_no = 1", "entry.line-day")]
    [InlineData("a line without restriction", "update posting set restriction = '' where entry_no = 5 and line_no = 1",
        "line.restriction leaf.differs balance.differs voucher.lines")]
    [InlineData("a line of no fund", "update posting set fund_id = 77 where entry_no = 5" + ReAdd,
        "line.unknown leaf.differs voucher.lines lot.left")]
    [InlineData("a number", "update journal_entry set number = 9 where entry_no = 5",
        "order.number-gap leaf.differs review.answer-differs")]
    [InlineData("a number given twice",
        "alter table journal_entry drop constraint entry_number_once; update journal_entry set number = 1 where entry_no = 5",
        "order.number-twice leaf.differs review.answer-differs schema.missing")]
    [InlineData("the time of posting", "update journal_entry set posted_at = posted_at - interval '1 day' where entry_no = 5",
        "order.time-backwards leaf.differs voucher.decider")]
    [InlineData("a reviewer who is the maker",
        "update journal_entry set reviewer_id = maker_id where entry_no = 5",
        "order.own-review leaf.differs voucher.decider review.other-person")]
    [InlineData("a reviewer, in the leaf too", """
        update voucher set decided_by = 4 where voucher_id = 5; update journal_entry set reviewer_id = 4 where entry_no = 5
        """ + CheckedBody.NewLeaves, "review.other-person")]
    [InlineData("the day", "update journal_entry set occurred_on = '2026-04-02' where entry_no = 5",
        "order.outside-period entry.line-day leaf.differs voucher.header")]
    [InlineData("a month closed before its last entry", "update period set closed_at = '2026-03-01 00:00Z', closed_by = 1 where period = 202603",
        "order.after-close")]
    [InlineData("a text", "alter table narrative drop constraint narrative_digest; update narrative set text = '别的' where narrative_id = 1",
        "leaf.words schema.missing")]
    [InlineData("a text with its digest",
        "update narrative set text = '别的', digest = sha256(salt || convert_to('别的', 'UTF8')) where narrative_id = 1", "leaf.differs")]
    [InlineData("what an account is", "update account set key = 'bank.09' where key = 'bank.01'", "leaf.differs")]
    [InlineData("documents", "update journal_entry set document_hashes = array[sha256('x')] where entry_no = 5",
        "leaf.differs voucher.header")]
    [InlineData("a balance", "update balance set debit = debit + 1 where period = 202602", "balance.differs")]
    [InlineData("a balance that is gone", "delete from balance where period = 202602", "balance.differs")]
    [InlineData("a fund's position", "update fund_position set net = net + 100000 where fund_id = 3", "balance.position")]
    [InlineData("what is held for somebody", "insert into agency_position values (1, 1, 'CNY', 500)", "balance.agency")]
    [InlineData("a reviewed voucher", "update voucher_line set units = units * 2 where voucher_id = 5", "voucher.lines")]
    [InlineData("a posted voucher made to wait",
        "update voucher set state = 'prepared', entry_no = null, decided_by = null, decided_at = null where voucher_id = 5",
        "voucher.not-posted hold.differs lot.move-state")]
    [InlineData("a voucher of an entry", "delete from voucher_line where voucher_id = 5; delete from voucher where voucher_id = 5",
        "voucher.missing voucher.lines review.missing review.answer-differs lot.move-state")]
    [InlineData("a review in the log", "delete from command_log where name = 'ReviewVoucher' and answer ->> 'EntryNo' = '5'",
        "review.missing")]
    [InlineData("a hold let go", "update hold set released_at = now() where voucher_id = 7", "hold.differs")]
    [InlineData("a hold made smaller", "update hold set units = units - 1 where voucher_id = 6", "hold.differs")]
    [InlineData("a hold for nothing", "insert into hold (book_id, fund_id, units, placed_at) values (1, 3, 1, now())", "hold.stray")]
    [InlineData("a voucher never proved", "update voucher set proved = false where voucher_id = 7", "hold.unproved hold.stray")]
    [InlineData("what was used of a gift", "update gift_lot set used = used - 100 where lot_id = 1", "lot.used lot.left")]
    [InlineData("a gift's lot", "delete from gift_lot where entry_no = 3", "lot.missing")]
    [InlineData("an invented lot", """
        insert into gift_lot (book_id, fund_id, restriction, received_on, units, entry_no, line_no) values (1, 4, 'R', '2026-03-02', 100, 5, 2)
        """, "lot.unfounded lot.left")]
    [InlineData("what a voucher reserves", "update lot_move set units = units + 1 where voucher_id = 6", "lot.reserved")]
    [InlineData("a commitment without contra", """
        insert into posting (book_id, entry_no, line_no, period, account_id, fund_id, commodity, side, units, restriction, cash_flow, movement,
                             project_class, narrative_id, occurred_on)
        select 1, 5, 3, 202603, account_id, 3, 'CNY', 'D', 500, '', '', 'ordinary', '', 1, '2026-03-02' from account where key = 'commitments'
        """, "entry.unbalanced entry.line-count leaf.differs balance.differs balance.position voucher.lines commitment.uncovered commitment.series")]
    [InlineData("a floor above the cash", "update fund set principal_minimum = 10000000 where fund_id = 3", "floor.own-cash fund.principal")]
    [InlineData("a fund frozen by nobody", "update fund set state = 'frozen' where fund_id = 3", "fund.state")]
    [InlineData("a transfer away from its voucher", """
        insert into fund_transfer (book_id, from_fund, to_fund, units, restriction, reason, state, proposed_by, proposed_at, agreed_by, agreed_at, voucher_id)
        values (1, 3, 1, 5, 'U', '调', 'prepared', 1, now(), 2, now(), 5)
        """, "fund.transfer")]
    [InlineData("a bank line booked for more than it says", """
        insert into bank_file (book_id, bank_account_id, sha256, file_name, source, encoding, header_row, line_count, new_count, first_day, last_day, imported_by, imported_at)
        values (1, 1, decode(repeat('00', 32), 'hex'), 'f', 's', 'UTF-8', 1, 1, 1, '2026-03-01', '2026-03-01', 1, now());
        insert into bank_line (book_id, bank_account_id, bank_file_id, line_no, identity, occurred_on, units, counterparty_name, counterparty_account, summary, remark)
        values (1, 1, 1, 1, 'one', '2026-03-01', 5, '', '', '', '');
        insert into bank_match (book_id, bank_line_id, voucher_id, units, matched_by, matched_at) values (1, 1, 1, 7, 1, now())
        """, "match.line")]
    [InlineData("a voucher matched for more than it booked", """
        insert into bank_file (book_id, bank_account_id, sha256, file_name, source, encoding, header_row, line_count, new_count, first_day, last_day, imported_by, imported_at)
        values (1, 1, decode(repeat('00', 32), 'hex'), 'f', 's', 'UTF-8', 1, 1, 1, '2026-03-01', '2026-03-01', 1, now());
        insert into bank_line (book_id, bank_account_id, bank_file_id, line_no, identity, occurred_on, units, counterparty_name, counterparty_account, summary, remark)
        values (1, 1, 1, 1, 'one', '2026-03-01', 900000000, '', '', '', '');
        insert into bank_match (book_id, bank_line_id, voucher_id, units, matched_by, matched_at) values (1, 1, 1, 900000000, 1, now())
        """, "match.voucher")]
    [InlineData("expected money without lines", """
        insert into expectation (book_id, kind, units, narrative, due_on, made_by, made_at) values (1, 'gift', 5, 'x', '2026-03-01', 1, now())
        """, "match.expectation")]
    [InlineData("an answer in the log", "update command_log set answer = null where name = 'CreateFund'", "command.unanswered")]
    [InlineData("a month opened again", """
        insert into command_log (key, book_id, actor_id, name, input, digest, done_at, answer)
        values (gen_random_uuid(), 1, 1, 'ClosePeriod', '{"Period": 202602}', sha256('x'), now(), '{}')
        """, "command.reopened")]
    public async Task What_was_changed_in_the_books_is_named(string what, string sql, string codes) => await Planted(what, sql, codes);

    [Theory]
    [InlineData("a trigger switched off", "alter table posting disable trigger posting_append_only", "schema.trigger-off")]
    [InlineData("all triggers, foreign keys too", "alter table voucher_line disable trigger all", "schema.trigger-off")]
    [InlineData("a trigger that is gone", "drop trigger posting_proved on posting", "schema.missing")]
    [InlineData("a trigger of somebody else's",
        "create trigger evil before insert on posting for each statement execute function books_are_append_only()", "schema.unknown")]
    [InlineData("a function",
        "create or replace function prove_postings() returns trigger language plpgsql as $$ begin return null; end $$", "schema.changed")]
    [InlineData("a function that runs as somebody else", "alter function own_cash(integer, integer) security definer", "schema.changed")]
    [InlineData("a function more", "create function evil() returns integer language sql as 'select 1'", "schema.unknown schema.grant-extra")]
    [InlineData("a constraint", "alter table voucher_line drop constraint line_units", "schema.missing")]
    [InlineData("a constraint that old rows need not keep", """
        alter table gift_lot drop constraint gift_lot_units; alter table gift_lot add constraint gift_lot_units check (units > 0) not valid
        """, "schema.changed")]
    [InlineData("a right", "grant update on posting to {app}", "schema.grant-extra")]
    [InlineData("a right on one column", "grant update (posted_at) on journal_entry to public", "schema.grant-extra")]
    [InlineData("a right taken away", "revoke insert on narrative from {app}", "schema.grant-missing")]
    [InlineData("a rule", "create rule evil as on insert to balance do instead nothing", "schema.unknown")]
    [InlineData("rows that hide", "alter table posting enable row level security; create policy evil on posting using (true)",
        "schema.unknown schema.changed")]
    [InlineData("a table", "create table evil (x integer primary key)", "schema.unknown")]
    [InlineData("a view that stands before a table", "create view evil as select 1 as x", "schema.unknown")]
    [InlineData("a column", "alter table posting add column evil integer", "schema.unknown")]
    [InlineData("a schema before ours", "create schema evil; alter database {database} set search_path = evil, public",
        "schema.unknown schema.role-setting")]
    [InlineData("a migration's hash", "update schema_migration set sha256 = 'x' where name = '0005_journal.sql'", "schema.migration-changed")]
    [InlineData("a migration nobody knows", "insert into schema_migration (name, sha256) values ('0666_evil.sql', 'x')", "schema.migration-unknown")]
    public async Task What_was_changed_of_the_walls_is_named(string what, string sql, string codes) => await Planted(what, sql, codes);

    [Fact]
    public async Task An_entry_forged_with_all_its_marks_lacks_its_review()
    {
        await using TestBody body = await CheckedBody.New();
        await CheckedBody.Plant(body, """
            insert into voucher (book_id, kind, occurred_on, period, narrative_id, line_count, total, maker_id, prepared_at, proved, state,
                                 decided_by, decided_at, entry_no)
              select book_id, kind, occurred_on, period, narrative_id, line_count, total, maker_id, prepared_at, true, 'posted', decided_by,
                     decided_at, 6 from voucher where voucher_id = 1;
            insert into voucher_line select book_id, 8, line_no, account_id, fund_id, commodity, side, units, restriction, cash_flow, movement,
                     project_class, project_id, counterparty_id, enterprise_id, document_id, clause, narrative_id
                from voucher_line where voucher_id = 1;
            insert into gift_lot (book_id, fund_id, restriction, received_on, units, clause, counterparty_id, entry_no, line_no)
              select book_id, fund_id, restriction, received_on, units, clause, counterparty_id, 6, line_no from gift_lot where entry_no = 1;
            insert into posting select book_id, 6, line_no, period, account_id, fund_id, commodity, side, units, restriction, cash_flow, movement,
                     project_class, project_id, counterparty_id, enterprise_id, document_id, narrative_id, occurred_on from posting where entry_no = 1;
            insert into journal_entry select book_id, 6, period, series, 5, occurred_on, kind, narrative_id, line_count, total,
                     document_hashes, corrects_entry_no, 8, maker_id, reviewer_id, review_rule, posted_at,
                     leaf from journal_entry where entry_no = 1
            """ + ReAdd + CheckedBody.NewLeaves);
        Codes(await CheckedBody.Check(body)).ShouldBe("review.missing");
    }

    [Fact]
    public async Task A_fault_names_voucher_account_fund_and_figures()
    {
        await using TestBody body = await CheckedBody.New();
        await CheckedBody.Plant(body, "update posting set units = 110000 where entry_no = 1" + ReAdd);
        string said = string.Join('\n', CheckedBody.Said(await CheckedBody.Check(body)));
        said.ShouldContain("2026-03 记-1 第 1 行，科目“100201 银行存款—建行基本户”，基金“C01 幸福里社区基金”：与审核过的凭证不同（账上 1,100.00 元，凭证 1,000.00 元）。");
        said.ShouldContain("2026-03 记-1, line 1,");
        said.ShouldContain("journal CNY 1,100.00, voucher CNY 1,000.00");
    }

    [Fact]
    public async Task Many_faults_are_counted_and_the_first_twenty_are_told()
    {
        await using TestBody body = await CheckedBody.New();
        await CheckedBody.Plant(body, """
            insert into hold (book_id, fund_id, units, placed_at) select 1, 3, 1, now() from generate_series(1, 50)
            """);
        CheckResult holds = (await CheckedBody.Check(body)).Checks.Single(check => check.Key == "holds");
        holds.FaultCount.ShouldBe(50);
        holds.Faults.Count.ShouldBe(CheckResult.Shown);
    }

    [Fact]
    public async Task A_program_that_connects_as_superuser_is_told_so()
    {
        await using TestBody body = await CheckedBody.New();
        Foundation rash = new(body.Connections.Superuser, new TestClock(Instant.FromUtc(2026, 3, 20, 2, 0)), TestBody.LogKey);
        CheckReport report = await rash.SessionOf(3, body.Book).Ask(new CheckBooks());
        report.Checks.Single(check => check.Key == "schema").Faults.ShouldContain(fault => fault.Code == "schema.role-power");
    }

    [Fact]
    public async Task Rights_the_check_itself_needs_are_named_when_they_are_gone()
    {
        await using TestBody body = await CheckedBody.New();
        await Plant(body, "revoke select on schema_migration from {app}");
        Codes(await CheckedBody.Check(body)).ShouldBe("schema.grant-missing schema.migrations-unreadable");
    }

    private static async Task Planted(string what, string sql, string codes)
    {
        await using TestBody body = await CheckedBody.New();
        await Plant(body, sql);
        CheckReport report = await CheckedBody.Check(body);
        Codes(report).ShouldBe(string.Join(' ', codes.Split(' ').Order(StringComparer.Ordinal)),
            $"{what}\n{string.Join('\n', CheckedBody.Said(report))}");
    }

    private static Task Plant(TestBody body, string sql)
    {
        NpgsqlConnectionStringBuilder books = new(body.Connections.Books);
        return CheckedBody.Plant(body, sql.Replace("{app}", books.Username, StringComparison.Ordinal)
            .Replace("{database}", books.Database, StringComparison.Ordinal));
    }

    private static string Codes(CheckReport report) =>
        string.Join(' ', report.Checks.SelectMany(check => check.Faults).Select(fault => fault.Code).Distinct().Order(StringComparer.Ordinal));
}
