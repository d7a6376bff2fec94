using CommunityFund.Checkpoints;
using CommunityFund.Ledger;
using CommunityFund.Tests.Periods;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.Periods.PeriodNotation;

namespace CommunityFund.Tests.Checkpoints;

/// <summary>What PostgreSQL refuses about seals, to the tables' owner and to the app's login.</summary>
public sealed class CheckpointWallTests
{
    // A seal at three entries as it should be, made from the one at two and the third leaf.
    private const string Third =
        "select c.book_id, {size}, {root}, {peaks}, {at}, {signature}, {key} from checkpoint c, journal_entry j where c.size = 2 and j.entry_no = 3";

    [Theory]
    [InlineData("append_only", "update checkpoint set root = sha256('x')")]
    [InlineData("append_only", "update checkpoint set made_at = now()")]
    [InlineData("append_only", "delete from checkpoint where false")]
    [InlineData("append_only", "truncate checkpoint cascade")]
    [InlineData("append_only", "update checkpoint_key set public_key = 'x'")]
    [InlineData("append_only", "delete from checkpoint_key")]
    [InlineData("append_only", "truncate checkpoint_key cascade")]
    [InlineData("append_only", "update closing_checkpoint set size = 0")]
    [InlineData("append_only", "delete from closing_checkpoint")]
    [InlineData("append_only", "truncate closing_checkpoint")]
    [InlineData("checkpoint_key_fingerprint", "insert into checkpoint_key values (sha256('x'), 'y', now())")]
    [InlineData("checkpoint_key_instant", "insert into checkpoint_key values (sha256('x'), 'x', 'infinity')")]
    [InlineData("closing_checkpoint_open", "insert into closing_checkpoint values (1, 202603, 2)")]
    [InlineData("closing_checkpoint_open", "insert into closing_checkpoint values (1, 202601, 1)")]
    [InlineData("closing_checkpoint_pkey", "insert into closing_checkpoint values (1, 202601, 2)")]
    [InlineData("closing_checkpoint_open", "insert into closing_checkpoint values (2, 202601, 2)")]
    public async Task Seals_stay_as_they_are_even_for_their_owner(string constraint, string attack)
    {
        await using TestBody body = await SealedAtTwoOfThree();
        (await Attack(body.Connections.Owner, attack)).ConstraintName.ShouldBe(constraint);
    }

    [Theory]
    [InlineData("checkpoint_beyond", "{size}", "4")]
    [InlineData("checkpoint_beyond", "{size}", "9223372036854775807")]
    [InlineData("checkpoint_not_growing", "{size}", "2")]
    [InlineData("checkpoint_not_growing", "{size}", "1")]
    [InlineData("checkpoint_not_growing", "{size}", "-1")]
    [InlineData("checkpoint_time", "{at}", "c.made_at - interval '1 microsecond'")]
    [InlineData("checkpoint_time", "{at}", "j.posted_at - interval '1 microsecond'")]
    [InlineData("checkpoint_time", "{at}", "'infinity'::timestamptz")]
    [InlineData("checkpoint_peaks", "{root}", "c.root")]
    [InlineData("checkpoint_peaks", "{root}", "substring(c.root from 2)")]
    [InlineData("checkpoint_peaks", "{peaks}", "c.peaks")]
    [InlineData("checkpoint_peaks", "{peaks}", "array[j.leaf, c.root]")]
    [InlineData("checkpoint_peaks", "{peaks}", "array[c.root, null]")]
    [InlineData("checkpoint_peaks", "{peaks}", "array[c.root, substring(j.leaf from 2)]")]
    [InlineData("checkpoint_peaks", "{peaks}", "array[]::bytea[]")]
    [InlineData("checkpoint_signature", "{signature}", "substring(c.signature from 2)")]
    [InlineData("checkpoint_key_fingerprint_fkey", "{key}", "sha256('x')")]
    public async Task A_new_seal_fits_the_log_and_its_own_hashes_whoever_writes_it(string constraint, string part, string attack)
    {
        await using TestBody body = await SealedAtTwoOfThree();
        (await Attack(body.Connections.Owner, $"insert into checkpoint {Filled(part, attack)}")).ConstraintName.ShouldBe(constraint);
    }

    [Fact]
    public async Task A_seal_that_fits_is_taken()
    {
        await using TestBody body = await SealedAtTwoOfThree();
        await Sql(body.Connections.Owner, $"insert into checkpoint {Filled("", "")}");
        (await Attack(body.Connections.Owner, $"insert into checkpoint {Filled("", "")}")).ConstraintName.ShouldBe("checkpoint_not_growing");
    }

    [Theory]
    [InlineData("insert into checkpoint select * from checkpoint")]
    [InlineData("update checkpoint set root = sha256('x')")]
    [InlineData("delete from checkpoint")]
    [InlineData("truncate checkpoint cascade")]
    [InlineData("insert into checkpoint_key values (sha256('x'), 'x', now())")]
    [InlineData("update checkpoint_key set public_key = 'x'")]
    [InlineData("delete from checkpoint_key")]
    [InlineData("insert into closing_checkpoint values (1, 202603, 2)")]
    [InlineData("update closing_checkpoint set size = 0")]
    [InlineData("delete from closing_checkpoint")]
    [InlineData("select root_of_peaks(0, array[]::bytea[])")]
    public async Task The_app_login_writes_seals_by_two_functions_only(string attack)
    {
        await using TestBody body = await SealedAtTwoOfThree();
        (await Attack(body.Connections.Books, attack)).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Theory]
    [InlineData("checkpoint_beyond", "select keep_checkpoint(1, 9, root, peaks, made_at, signature, 'x') from checkpoint")]
    [InlineData("checkpoint_not_growing", "select keep_checkpoint(1, 2, root, peaks, made_at, signature, 'x') from checkpoint")]
    [InlineData("checkpoint_peaks", "select keep_checkpoint(1, 3, root, peaks, now() + interval '100 years', signature, 'x') from checkpoint")]
    [InlineData("checkpoint_time", "select keep_checkpoint(1, 3, root, peaks, '2000-01-01', signature, 'x') from checkpoint")]
    [InlineData("closing_checkpoint_open", "select seal_close(1, 202603, 2)")]
    [InlineData("closing_checkpoint_pkey", "select seal_close(1, 202601, 2)")]
    public async Task The_functions_keep_the_same_rules(string constraint, string attack)
    {
        await using TestBody body = await SealedAtTwoOfThree();
        (await Attack(body.Connections.Books, attack)).ConstraintName.ShouldBe(constraint);
    }

    private static string Filled(string part, string attack)
    {
        (string Part, string Right)[] right =
        [
            ("{size}", "3"), ("{root}", "root_of_peaks(3, array[c.root, j.leaf])"), ("{peaks}", "array[c.root, j.leaf]"),
            ("{at}", "j.posted_at"), ("{signature}", "c.signature"), ("{key}", "c.key_fingerprint"),
        ];
        return right.Aggregate(Third, (sql, each) => sql.Replace(each.Part, each.Part == part ? attack : each.Right, StringComparison.Ordinal));
    }

    /// <summary>January is closed at two entries; a third came an hour later.</summary>
    private static async Task<TestBody> SealedAtTwoOfThree()
    {
        TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted, new LocalDate(2026, 1, 20));
        await body.Close(202601);
        (await body.FinanceOfficer.Run(new SealLog(TestBody.Key))).Size.ShouldBe(2);
        body.Clock.Now += Duration.FromHours(1);
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted);
        return body;
    }
}
