using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.People;

public sealed class ByTwoTests
{
    private static readonly LocalDate FirstDay = new(2026, 1, 1);

    [Fact]
    public async Task A_role_is_held_once_another_has_confirmed_it_and_its_holder_signs_in_anew()
    {
        await using TestBody body = await TestBody.New();
        await SignIn(body, 3);
        long proposal = await Propose(body.Accountant, 3, Role.Panel);
        (await Roles(body, 3)).ShouldBe([Role.FinanceOffice]);
        await body.Reviewer.Run(new ConfirmProposal(TestBody.Key, proposal));
        (await Roles(body, 3)).ShouldBe([Role.FinanceOffice, Role.Panel]);
        await using FundDb db = body.Db();
        (await db.Set<SignInSession>().AnyAsync()).ShouldBeFalse();
        RoleGrant grant = await db.Set<RoleGrant>().SingleAsync(row => row.ProposalId == proposal);
        (grant.GrantedBy, grant.ConfirmedBy).ShouldBe((1L, 2L));
    }

    [Fact]
    public async Task Neither_who_proposed_it_nor_whom_it_is_about_confirms_it()
    {
        await using TestBody body = await TestBody.New();
        long proposal = await Propose(body.Accountant, 2, Role.Panel);
        (await Refused(() => body.Accountant.Run(new ConfirmProposal(TestBody.Key, proposal)))).ShouldBe(ConfirmProposal.Own);
        (await Refused(() => body.Reviewer.Run(new ConfirmProposal(TestBody.Key, proposal)))).ShouldBe(ConfirmProposal.AboutOneself);
        (await Refused(() => body.SecondReviewer.Run(new ConfirmProposal(TestBody.Key, proposal)))).ShouldBe(Need.Missing);
    }

    [Fact]
    public async Task The_finance_office_confirms_where_no_other_administrator_can()
    {
        await using TestBody body = await TestBody.New();
        long aboutTheOther = await Propose(body.Accountant, 2, Role.Panel), aboutAThird = await Propose(body.Accountant, 4, Role.Desk);
        (await Refused(() => body.FinanceOfficer.Run(new ConfirmProposal(TestBody.Key, aboutAThird)))).ShouldBe(ConfirmProposal.AdminConfirms);
        await body.FinanceOfficer.Run(new ConfirmProposal(TestBody.Key, aboutTheOther));
        (await Roles(body, 2)).ShouldContain(Role.Panel);
    }

    [Fact]
    public async Task A_proposal_is_decided_once_and_waits_once()
    {
        await using TestBody body = await TestBody.New();
        long proposal = await Propose(body.Accountant, 4, Role.Desk);
        (await Refused(() => Propose(body.Reviewer, 4, Role.Desk))).ShouldBe(Proposal.WaitsAlready);
        await body.Accountant.Run(new DropProposal(TestBody.Key, proposal));
        (await Refused(() => body.Reviewer.Run(new ConfirmProposal(TestBody.Key, proposal)))).ShouldBe(Proposal.Gone);
        (await body.Reviewer.Ask(new ProposalList())).Single().State.ShouldBe(ProposalState.Dropped);
    }

    [Fact]
    public async Task What_changed_since_the_proposal_counts_when_it_is_confirmed()
    {
        await using TestBody body = await TestBody.New();
        long proposal = await Propose(body.Accountant, 3, Role.Cashier);
        await body.Operator.Run(new GrantRole(TestBody.Key, 3, Role.Accountant, null, FirstDay, null));
        (await Refused(() => body.Reviewer.Run(new ConfirmProposal(TestBody.Key, proposal)))).ShouldBe(GrantRole.Incompatible);
    }

    [Fact]
    public async Task A_stricter_matrix_begins_only_when_nobody_breaks_it_and_stays_on_record()
    {
        await using TestBody body = await TestBody.New();
        (await Refused(() => body.Accountant.Run(new ProposeDuties(TestBody.Key, DutyPreset.Nine)))).ShouldBe(ProposeDuties.Broken);
        long proposal = await body.Accountant.Run(new ProposeDuties(TestBody.Key, DutyPreset.Five));
        await body.Reviewer.Run(new ConfirmProposal(TestBody.Key, proposal));
        (await Refused(() => Propose(body.Reviewer, 4, Role.Accountant))).ShouldBe(GrantRole.Incompatible);
        DutyView duties = await body.FinanceOfficer.Ask(new DutyPage());
        duties.Versions.Select(version => version.Preset).ShouldBe([DutyPreset.Five, DutyPreset.Three]);
        (duties.Versions[0].ProposedBy, duties.Versions[0].ConfirmedBy, duties.Versions[0].From).ShouldBe(("周会计", "吴审核", new LocalDate(2026, 3, 20)));
    }

    [Theory]
    [InlineData(DutyPreset.Three)]
    [InlineData(DutyPreset.Five)]
    [InlineData(DutyPreset.Nine)]
    public void A_cashier_never_writes_or_reviews_vouchers_however_few_people_there_are(DutyPreset preset)
    {
        Duties.Of(preset).ShouldContain(pair => pair.Joins(Role.Cashier, Role.Accountant));
        Duties.Of(preset).ShouldContain(pair => pair.Joins(Role.VoucherReviewer, Role.Cashier));
        Duties.Of(preset).Distinct().Count().ShouldBe(Duties.Of(preset).Count);
    }

    [Theory]
    [InlineData("insert into role_grant (person_id, role, book_id, valid_from, granted_at) values (3, 'admin', 1, '2026-01-01', now())")]
    [InlineData("insert into role_grant (person_id, role, book_id, valid_from, granted_at, granted_by) values (3, 'admin', 1, '2026-01-01', now(), 1)")]
    [InlineData("insert into role_grant (person_id, role, book_id, valid_from, granted_at, granted_by, confirmed_by, proposal_id) values (3, 'admin', 1, '2026-01-01', now(), 1, 2, 1)")]
    [InlineData("update role_grant set valid_until = null where person_id = 4")]
    [InlineData("update people_proposal set state = 'confirmed', decided_by = 1, decided_at = now()")]
    [InlineData("update people_proposal set state = 'confirmed', decided_by = 3, decided_at = now()")]
    [InlineData("update people_proposal set role = 'admin'")]
    [InlineData("delete from people_proposal")]
    [InlineData("delete from duty_pair")]
    [InlineData("update duty_matrix set preset = 'nine'")]
    [InlineData("insert into people_proposal (book_id, kind, person_id, role, valid_from, proposed_by, proposed_at) values (1, 'grant', 3, 'admin', '2026-01-01', 3, now())")]
    public async Task The_database_lets_nobody_give_a_role_alone(string sql)
    {
        await using TestBody body = await TestBody.New();
        await Propose(body.Accountant, 3, Role.Panel);
        await body.Accountant.Run(new EndRole(TestBody.Key, (await body.Accountant.Ask(new PeopleList(1, 1, 4))).Items[0].Roles[0].Grant));
        foreach (string connection in new[] { body.Connections.Books, body.Connections.Owner })
        {
            PostgresException no = await Should.ThrowAsync<PostgresException>(() => Execute(connection, sql));
            no.SqlState.ShouldBeOneOf("23514", "42501", "23505");
        }
    }

    [Fact]
    public async Task The_database_keeps_cashier_and_accountant_apart_whoever_confirmed()
    {
        await using TestBody body = await TestBody.New();
        long proposal = await Propose(body.Accountant, 3, Role.Cashier);
        await body.Operator.Run(new GrantRole(TestBody.Key, 3, Role.Accountant, null, FirstDay, null));
        PostgresException no = await Should.ThrowAsync<PostgresException>(() => Execute(body.Connections.Books,
            $"""
            begin; update people_proposal set state = 'confirmed', decided_by = 2, decided_at = now() where proposal_id = {proposal};
            insert into role_grant (person_id, role, book_id, valid_from, granted_at, granted_by, confirmed_by, proposal_id)
              select person_id, role, book_id, valid_from, now(), proposed_by, decided_by, proposal_id from people_proposal where proposal_id = {proposal}
            """));
        no.ConstraintName.ShouldBe("role_incompatible");
    }

    internal static async Task Execute(string connection, string sql)
    {
        await using NpgsqlConnection open = new(connection);
        await open.OpenAsync();
        await using NpgsqlCommand command = new(sql, open);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task SignIn(TestBody body, long person)
    {
        await using FundDb db = body.Db();
        db.Add(new SignInSession
        {
            SessionId = "open",
            LoginId = await db.Set<Login>().Where(row => row.PersonId == person).Select(row => row.Id).SingleAsync(),
            Ticket = [],
            CreatedAt = body.Clock.Now,
            LastSeenAt = body.Clock.Now,
            ExpiresAt = body.Clock.Now.Plus(Duration.FromHours(8)),
        });
        await db.SaveChangesAsync();
    }

    private static Task<long> Propose(FundSession by, long person, Role role) =>
        by.Run(new ProposeRole(TestBody.Key, person, role, null, FirstDay, null));

    private static async Task<IEnumerable<Role>> Roles(TestBody body, long person) =>
        (await body.Accountant.Ask(new PeopleList(1, 1, person))).Items.Single().Roles.Select(role => role.Role);

    private static async Task<string> Refused(Func<Task> work) => (await Should.ThrowAsync<RefusedException>(work)).Refusal.Code;
}
