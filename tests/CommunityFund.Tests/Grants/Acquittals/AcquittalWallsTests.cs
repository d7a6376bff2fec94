using CommunityFund.Grants.Tranches;
using CommunityFund.Tests.Books;
using Npgsql;

namespace CommunityFund.Tests.Grants.Acquittals;

/// <summary>What PostgreSQL refuses of receipts, acquittals and returns, told by the app's own login in SQL.</summary>
public sealed class AcquittalWallsTests
{
    private static readonly string[] AppendOnly =
    [
        "delete from grant_receipt", "truncate grant_receipt cascade", "delete from grant_acquittal", "truncate grant_acquittal cascade",
        "delete from grant_acquittal_line", "truncate grant_acquittal_line", "delete from grant_return", "truncate grant_return",
        "update grant_acquittal set handler_id = 1", "update grant_acquittal_line set units = 1", "update grant_return set units = 1",
        "delete from tranche_report", "delete from tranche_report_paper", "update grant_receipt set added_by = 1",
    ];

    [Fact]
    public async Task Receipts_and_acquittals_stand_where_their_vouchers_stand()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation paid = await PaidNotation.Paid(body);
        long receipt = await paid.Receipt(100, number: "26332000000012345678");
        long tranche = (await paid.Tranche(1)).TrancheId;

        // No receipt is accepted that no acquittal has, none is numbered like another, none changes once it is handed in.
        await Refused(body, "grant_receipt_out_of_turn", "update grant_receipt set state = 'accepted'");
        await Refused(body, "grant_receipt_out_of_turn", "update grant_receipt set state = 'handed-in'");
        await Refused(body, "grant_receipt_number_once", "insert into grant_receipt (book_id, grant_id, kind, number, issued_on, units, spending, "
            + "line_no, what, state, added_by, added_at) select 1, grant_id, 'invoice', number, issued_on, 1, 'meals', 1, '又一张', 'ready', added_by, now() from grant_receipt");
        await paid.Submit(1, (receipt, 100));
        await Refused(body, "grant_receipt_out_of_turn", "update grant_receipt set units = 200");
        await Refused(body, "grant_receipt_out_of_turn", "update grant_receipt set state = 'ready'");

        // Nobody of the project decides; nothing is booked undecided or without its voucher, and returned lines stay returned.
        await Refused(body, "grant_acquittal_same_person",
            $"update grant_acquittal_line set accepted = true, decided_by = {paid.Grants.Id("lead")}, decided_at = now()");
        await Refused(body, "grant_acquittal_unlike_voucher", "update grant_acquittal set state = 'booked', voucher_id = (select max(voucher_id) from voucher)");
        await Refused(body, "grant_acquittal_out_of_turn", "update grant_acquittal set state = 'posted', voucher_id = (select max(voucher_id) from voucher)");
        await Refused(body, "grant_acquittal_unlike_receipt", "insert into grant_acquittal_line (book_id, tranche_id, version, line, grant_receipt_id, units) "
            + $"select 1, {tranche}, 1, 2, {receipt}, 10001", "grant_acquittal_line_once");
        await paid.Decide(1, true);
        long voucher = await paid.Book(1);
        await Refused(body, "grant_acquittal_out_of_turn", "update grant_acquittal_line set accepted = false, reason = '改主意'");
        await Refused(body, "grant_acquittal_unlike_voucher", "update grant_acquittal set state = 'posted'");
        await Refused(body, "grant_acquittal_unlike_voucher", "update grant_acquittal set state = 'submitted', voucher_id = null");
        foreach (string attempt in AppendOnly)
        {
            PostgresException refused = await Should.ThrowAsync<PostgresException>(() => Run(body, attempt), attempt);
            (refused.ConstraintName == "append_only" || refused.SqlState == PostgresErrorCodes.InsufficientPrivilege).ShouldBeTrue(
                $"{attempt}: {refused.MessageText}");
        }

        await body.Review(voucher);
        await Refused(body, "grant_acquittal_unlike_voucher", "update grant_acquittal set state = 'undone'");
        await Refused(body, "append_only", "update grant_money set units = 1", told: false);
        (await paid.State(1)).ShouldBe(TrancheState.PartlyAcquitted);
        await paid.Announce(1, 100);
        await Refused(body, "grant_return_unlike_voucher", $"update grant_return set state = 'returned', voucher_id = {voucher}");
        await Refused(body, "grant_return_unlike_voucher", "update grant_return set state = 'dropped'");
        await paid.Grants.ShouldBeClean();
    }

    private static async Task Refused(TestBody body, string constraint, string sql, string? or = null, bool told = true)
    {
        PostgresException refused = await Should.ThrowAsync<PostgresException>(() => Run(body, sql), sql);
        if (refused.ConstraintName != or)
        {
            refused.ConstraintName.ShouldBe(constraint, $"{sql}: {refused.MessageText}");
        }

        if (told && refused.ConstraintName == constraint)
        {
            ConstraintWordsTests.Tell(refused);
        }
    }

    private static async Task Run(TestBody body, string sql)
    {
        await using NpgsqlConnection connection = new(body.Connections.Books);
        await connection.OpenAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await using NpgsqlCommand command = new(sql, connection, transaction);
        await command.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }
}
