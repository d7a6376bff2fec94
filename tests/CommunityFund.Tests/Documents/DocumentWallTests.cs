using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Tests.Books;
using Npgsql;

namespace CommunityFund.Tests.Documents;

/// <summary>Attacks on documents by the app's login and by the tables' owner, and what the check says of a superuser's.</summary>
public sealed class DocumentWallTests
{
    private const string Bytes = "convert_to('另一份', 'UTF8')";
    private const string Insert = $"insert into document (book_id, sha256, format, size_bytes, content, added_by, added_at) values (1, sha256({Bytes}), 'pdf', length({Bytes}), {Bytes}, 1, now())";
    private const string Link = "insert into voucher_document (book_id, voucher_id, ordinal, sha256, name, sheets, added_by, added_at)";

    [Theory]
    [InlineData(Insert)]
    [InlineData("update document set content = 'x'")]
    [InlineData("delete from document")]
    [InlineData(Link + " select 1, 3, 1, sha256, 'x', 1, 1, now() from document")]
    [InlineData("update voucher_document set name = 'x'")]
    [InlineData("delete from voucher_document")]
    [InlineData("delete from document_rule")]
    [InlineData("update document_upload set uploaded_by = 2")]
    [InlineData("update voucher set document_hashes = '{}'")]
    [InlineData("insert into voucher (book_id, kind, occurred_on, period, narrative_id, line_count, total, document_hashes, maker_id, prepared_at) select 1, 'ordinary', '2026-03-02', 202603, 1, 2, 1, array[sha256('x')], 1, now()")]
    public async Task The_app_has_one_way_to_give_a_voucher_documents(string attack)
    {
        await using TestBody body = await Body();
        (await Attack(body.Connections.Books, attack)).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Theory]
    [InlineData("update document set content = 'x'", "append_only")]
    [InlineData("delete from document", "append_only")]
    [InlineData("truncate document cascade", "append_only")]
    [InlineData("update voucher_document set name = 'x'", "append_only")]
    [InlineData("delete from voucher_document", "append_only")]
    [InlineData("update document_rule set evidence = 'none'", "append_only")]
    [InlineData("update voucher set document_hashes = '{}' where voucher_id = 2", "append_only")]
    [InlineData("update voucher set document_hashes = document_hashes || sha256('x') where voucher_id = 2", "append_only")]
    [InlineData("update voucher set document_hashes = array[sha256('x')] || document_hashes where voucher_id = 3", "append_only")]
    [InlineData(Insert, "document_orphan")]
    [InlineData(Link + " select 1, 4, 1, sha256, 'x', 1, 1, now() from voucher_document where voucher_id = 2", "document_used_already")]
    [InlineData(Link + " select 1, 2, 2, sha256, 'x', 1, 1, now() from voucher_document where voucher_id = 3", "document_too_late")]
    [InlineData("begin; " + Insert + "; " + Link + " values (1, 4, 1, sha256(" + Bytes + "), 'x', 1, 1, now()); commit", "document_unbound")]
    [InlineData("insert into voucher_document (book_id, voucher_id, ordinal, sha256, name, sheets, shared_with, added_by, added_at) select 1, 4, 1, sha256, 'x', 1, 1, 1, now() from voucher_document where voucher_id = 2", "document_not_shared")]
    [InlineData("insert into document (book_id, sha256, format, size_bytes, content, added_by, added_at) values (1, sha256('x'), 'pdf', 1, 'y', 1, now())", "document_content")]
    [InlineData("select post_vouchers(1, array[4]::bigint[], 2, null, now())", "voucher_needs_document")]
    [InlineData("update voucher set needs_document = false where voucher_id = 4; select post_vouchers(1, array[4]::bigint[], 2, null, now())", "voucher_needs_document")]
    public async Task Walls_stand_to_the_owner_too(string attack, string wall)
    {
        await using TestBody body = await Body();
        PostgresException no = await Attack(body.Connections.Owner, attack);
        no.ConstraintName.ShouldBe(wall);
        ConstraintWordsTests.Tell(no);
    }

    [Theory]
    [InlineData("update document set content = 'x' where sha256 = (select sha256 from voucher_document where voucher_id = 2)", "document.altered")]
    [InlineData("delete from document where sha256 = (select sha256 from voucher_document where voucher_id = 2)", "document.lost")]
    [InlineData("delete from voucher_document where voucher_id = 3 and ordinal = 1", "document.orphan document.differs")]
    [InlineData(Insert, "document.orphan")]
    [InlineData("update voucher_document set ordinal = 5 - ordinal where voucher_id = 3", "document.differs")]
    [InlineData("update voucher set document_hashes = '{}' where voucher_id = 2; delete from voucher_document where voucher_id = 2", "document.orphan document.none voucher.header")]
    [InlineData("update voucher_document set invoice_number = '12345678' where ordinal = 1", "document.twice")]
    public async Task What_a_superuser_does_to_documents_is_named(string deed, string faults)
    {
        await using TestBody body = await Body();
        (await Faults(body)).ShouldBeEmpty();
        await using (NpgsqlConnection superuser = new(new NpgsqlConnectionStringBuilder(body.Connections.Superuser) { Pooling = false }.ConnectionString))
        {
            await superuser.OpenAsync();
            await using NpgsqlCommand plant = new($"set session_replication_role = replica; alter table document drop constraint document_content; {deed}; "
                + "alter table document add constraint document_content check (size_bytes = length(content) and sha256 = sha256(content)) not valid", superuser);
            await plant.ExecuteNonQueryAsync();
        }

        (await Faults(body)).Where(code => !code.StartsWith("schema.", StringComparison.Ordinal)).ShouldBe(faults.Split(' '), ignoreOrder: true);
    }

    /// <summary>Voucher 2 is posted with one document, voucher 3 waits with two, voucher 4 waits with none.</summary>
    private static async Task<TestBody> Body()
    {
        TestBody body = await EnclosingTests.Body();
        await body.Review(await EnclosingTests.Prepare(body, 20, await EnclosingTests.Upload(body, Samples.Pdf(), "发票.pdf")));
        long second = await EnclosingTests.Prepare(body, 30, await EnclosingTests.Upload(body, Samples.Png(), "照片.png"));
        await body.Accountant.Run(new CommunityFund.Documents.EncloseDocuments(TestBody.Key, second, [await body.Paper()]));
        await body.PrepareExpense(TestBody.Community, 40);
        return body;
    }

    private static async Task<string[]> Faults(TestBody body) =>
        [.. (await body.Accountant.Ask(new CheckBooks())).Checks.SelectMany(check => check.Faults).Select(fault => fault.Code)];

    private static async Task<PostgresException> Attack(string login, string attack)
    {
        await using NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder(login) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(attack, connection);
        return await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
    }
}
