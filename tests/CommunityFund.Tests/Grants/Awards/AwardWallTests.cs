using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Tests.Books;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Grants.Awards;

/// <summary>
/// Attacks on what was decided, told, awarded and signed, by the owner of the tables. All fail, so one round serves them all: {A} is awarded and
/// its agreement is drafted and signed by the lead, {N} is on notice, {C} recommended and not noticed, {R} ranked and not decided.
/// </summary>
public sealed class AwardWallTests(AwardWallTests.Decided decided) : IClassFixture<AwardWallTests.Decided>
{
    private const string Decides = "insert into grant_decision values (1, {R}, 1, ";
    private const string Words = ", '纪要', {steer}, now());";

    [Theory]
    [InlineData("grant_decision_out_of_turn", Decides + "6, 'recommend', 100, null, '', 1, 1, false, false, ''" + Words)]
    [InlineData("grant_decision_above_asked", Decides + "7, 'recommend', 1200001, null, '', 1, 1, false, false, ''" + Words)]
    [InlineData("grant_decision_reason", Decides + "7, 'recommend', 100, null, '', 1, 1, false, true, ''" + Words)]
    [InlineData("grant_decision_reason", Decides + "7, 'refuse', 0, null, '', 1, 1, false, false, ''" + Words)]
    [InlineData("grant_decision_sums", Decides + "7, 'recommend', 1200000, null, '', 1, 1, false, false, ''" + Words)]
    [InlineData("grant_decision_pool", Decides + "7, 'recommend', 100, null, '', 1, 1, false, true, '少给'" + Words
        + "insert into grant_decision_fund values (1, {R}, 1, 1, 100)")]
    [InlineData("grant_move_undecided", "insert into grant_signature values (1, {R}, 7, 'recommend', 'steer', {steer}, now(), '', '');"
        + "insert into grant_log values (1, {R}, 8, 'recommend', 'ranked', 'recommended', {steer}, now(), '', '', '{}', '{}')")]
    [InlineData("grant_move_untold", "insert into grant_signature values (1, {C}, 8, 'publish-notice', 'desk', {desk}, now(), '', '');"
        + "insert into grant_log values (1, {C}, 9, 'publish-notice', 'recommended', 'public-notice', {desk}, now(), '', '', '{}', '{}')")]
    [InlineData("grant_notice_out_of_turn", "update grant_notice set state = 'written' where state = 'published'")]
    [InlineData("grant_notice_window", "update grant_notice_case set ends_on = ends_on - 1 where grant_id = {N}")]
    [InlineData("grant_objection_out_of_turn", "insert into grant_objection (book_id, grant_id, grant_notice_id, person_id, contact, words, "
        + "evidence, came_by, came_at, state) select 1, grant_id, grant_notice_id, {desk}, decode(repeat('00', 40), 'hex'), 'x', '', 'page', now(), 'dismissed' "
        + "from grant_notice_case where grant_id = {N}")]
    [InlineData("grant_award_two", "insert into grant_award select book_id, grant_id, 2, decision_version, project_id, units, resolution, "
        + "signed_by, signed_by, awarded_on, awarded_at, agreement_due, voucher_id from grant_award where grant_id = {A}")]
    [InlineData("grant_award_unlike_voucher", "insert into grant_award_fund values (1, {A}, 1, 1, 500)")]
    [InlineData("grant_paper_out_of_turn", "insert into grant_signing values (1, {A}, 1, 9, 'agreement', 'body', {l1}, null, {l1}, now())")]
    [InlineData("grant_paper_out_of_turn", "insert into grant_tranche values (1, {A}, 1, 1, 3, 100, '2026-04-01', '再添一期', '2026-04-01')")]
    [InlineData("grant_signing_person", "insert into grant_signing values (1, {A}, 1, 1, 'duty', 'fin-lead', {lead}, null, {lead}, now())")]
    [InlineData("grant_signing_once", "insert into grant_signing values (1, {A}, 1, 1, 'agreement', 'body', {lead}, null, {lead}, now())")]
    [InlineData("grant_tranche_sums", "insert into grant_agreement select book_id, grant_id, award_no, 2, starts_on, ends_on, forbidden, returns, "
        + "sha256, drafted_by, drafted_at from grant_agreement where grant_id = {A}")]
    [InlineData("grant_payee_person", "insert into grant_payee select 1, {A}, 1, payee_account_id, 'supplier', {desk}, now() from payee_account")]
    public async Task What_was_decided_and_promised_holds_against_everybody(string constraint, string attack)
    {
        PostgresException refused = await Should.ThrowAsync<PostgresException>(() => Run(decided.Read(attack)), attack);
        refused.ConstraintName.ShouldBe(constraint, refused.MessageText);
        ConstraintWordsTests.Tell(refused);
    }

    [Fact]
    public async Task An_award_never_promises_what_donors_bound_to_other_ends()
    {
        await using TestBody body = await TestBody.New();
        await body.Accountant.Run(new CommunityFund.Funds.AddClause(
            AwardNotation.Key, TestBody.Children, ClauseKind.Purpose, "只用于儿童", "章程", null, null, new LocalDate(2026, 1, 1), ["children"]));
        AwardNotation grants = await AwardNotation.Of(body);
        long children = await grants.Ranked(1, "儿童书屋", 10000), other = await grants.Ranked(2, "老人助餐", 2000);
        await grants.Steer.Run(await grants.Decision(children, community: 0, projectClass: "children"));
        await grants.Steer.Run(await grants.Decision(other, children: 0, community: 2000));
        await grants.Desk.Run(new PublishNotice(AwardNotation.Key, await grants.Written()));
        grants.Wait(8);
        await grants.Award(children);
        await grants.Award(other);

        // Somebody with all rights frees the gifts that the first award reserved, and gives of them to the second.
        await Life.CaseNotation.Superuser(body, "delete from grant_lot; update gift_lot set reserved = 0");
        PostgresException refused = await Should.ThrowAsync<PostgresException>(
            () => grants.Sql($"insert into grant_award_fund values (1, {other}, 1, {TestBody.Children}, 50000)"));
        refused.ConstraintName.ShouldBe("grant_award_restricted", refused.MessageText);
        ConstraintWordsTests.Tell(refused);
    }

    private async Task Run(string sql)
    {
        await using NpgsqlConnection owner = new(decided.Grants.Body.Connections.Owner);
        await owner.OpenAsync();
        await using NpgsqlTransaction transaction = await owner.BeginTransactionAsync();
        await using NpgsqlCommand command = new(sql, owner, transaction);
        await command.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    /// <summary>A round between the deliberation and the agreement.</summary>
    public sealed class Decided : IAsyncLifetime
    {
        private Dictionary<string, long> _ids = [];

        internal AwardNotation Grants { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Grants = await AwardNotation.Of(await TestBody.New(), community: 8200, children: 20000);
            long awarded = await Grants.Awarded();
            int paper = await Grants.Desk.Run(new DraftAgreement(AwardNotation.Key, awarded, await Grants.Version(awarded), AwardNotation.Terms()));
            await Grants.Lead.Run(new SignGrantPaper(
                AwardNotation.Key, awarded, await Grants.Version(awarded), paper, GrantPaper.Agreement, GrantSide.Lead));
            await Grants.Account("马大姐", PersonKind.Person, "6217000000000000001");
            _ids = new Dictionary<string, long>(StringComparer.Ordinal)
            {
                ["A"] = awarded,
                ["N"] = await Grants.Noticed(2, 1000, 0, "书屋"),
                ["C"] = await Grants.Recommended(3, 1000, 0, "花园"),
                ["R"] = await Grants.Ranked(4, "合唱"),
            };
        }

        /// <summary>The attack with ids of cases and people.</summary>
        internal string Read(string attack)
        {
            foreach (var (name, id) in _ids)
            {
                attack = attack.Replace($"{{{name}}}", $"{id}", StringComparison.Ordinal);
            }

            foreach (string who in new[] { "steer", "desk", "l1", "lead" })
            {
                attack = attack.Replace($"{{{who}}}", $"{Grants.Id(who)}", StringComparison.Ordinal);
            }

            return attack;
        }

        public ValueTask DisposeAsync() => Grants.Body.DisposeAsync();
    }
}
