using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Ledger;
using CommunityFund.Tests.Books;
using CommunityFund.Tests.Checks;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CommunityFund.Tests.TimeBank;

/// <summary>What PostgreSQL refuses by itself of activities and records, and what the check finds that walked around it.</summary>
public sealed class TimeBankWallTests
{
    [Fact]
    public async Task PostgreSQL_itself_keeps_records_and_what_is_issued_for_them_true()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹", "3 号楼"), home = await bank.Volunteer("王妈妈", "3 号楼");
        long activity = await bank.Served("09:00", "11:00", one);
        long posted = (await bank.RecordOf(activity, one)).ServiceRecordId;
        long open = await bank.Activity(bank.Terms(seats: 1, ends: "23:00"));
        await bank.First.Run(new CommunityFund.TimeBank.Activities.SignUpMember(TestBody.Key, open, one, "服务"));
        await bank.Tick(open, "09:30", "10:30", one);
        long record = (await bank.Records(open))[0];
        await bank.First.Run(new CloseActivity(TestBody.Key, activity));
        (string Sql, string Wall)[] wrong =
        [
            ($"update service_record set raw_minutes = 600 where service_record_id = {record}", "append_only"),
            ($"update service_record set grade = 'verified' where service_record_id = {record}", "append_only"),
            ($"update service_record set credited_minutes = 90 where service_record_id = {record}", "service_record_out_of_turn"),
            ($"update service_record set points = 11 where service_record_id = {record}", "service_record_out_of_turn"),
            (Confirm(one), "service_record_other_person"), (Confirm(bank.FirstCoordinator), "service_record_other_person"),
            (Confirm(home), "service_record_close_person"), (Confirm(bank.SecondCoordinator), "service_record_overlap"),
            ($"update service_record set state = 'dropped' where service_record_id = {posted}", "service_record_out_of_turn"),
            ($"update service_record set confirmed_by = {bank.FirstCoordinator} where service_record_id = {posted}", "service_record_out_of_turn"),
            ($"delete from service_record where service_record_id = {record}", "append_only"),
            ($"update attendance set in_at = in_at - interval '1 hour' where activity_id = {open}", "append_only"),
            ($"insert into activity_sign_up values (1, {open}, {home}, '服务', 1, now())", "activity_full"),
            ($"update activity_role set seats = 0 where activity_id = {open} and role = '服务'", "activity_full"),
            ($"update activity set title = '别的' where activity_id = {open}", "activity_out_of_turn"),
            ($"update activity set state = 'open' where activity_id = {activity}", "activity_out_of_turn"),
            ($"update activity set fund_id = 1 where activity_id = {open}", "append_only"),
            ($"insert into attendance (book_id, activity_id, person_id, role, in_at, in_how, in_by) values (1, {open}, {one}, '服务', now(), 'list', 1)",
                "attendance_once"),
            ("truncate venue_try", "append_only"), ("update earned_ground set units = 1", "append_only"),
            ($"insert into earned_ground values (1, 1, {home}, 'HOUR', 'service', 1, 1, 0)", "append_only"),
            ($"insert into record_dispute (book_id, service_record_id, text, raised_by, raised_at) values (1, {posted}, 'x', {home}, now())",
                "record_dispute_other_person"),
            ($"""
            insert into record_correction (book_id, service_record_id, minutes_before, minutes, reason, proposed_by, proposed_at)
            values (1, {posted}, 60, 90, 'x', {bank.FirstCoordinator}, now())
            """, "record_correction_out_of_turn"),
            ($"""
            insert into record_correction (book_id, service_record_id, minutes_before, minutes, reason, proposed_by, proposed_at)
            values (1, {posted}, 120, 90, 'x', {bank.FirstCoordinator}, now());
            update record_correction set state = 'agreed', decided_by = {bank.FirstCoordinator}, decided_at = now(), hours_entry_no = 1
            """, "record_correction_by_two service_record_not_booked"),
        ];
        foreach ((string sql, string wall) in wrong)
        {
            PostgresException refused = await Should.ThrowAsync<PostgresException>(() => Run(body.Connections.Owner, sql), sql);
            wall.Split(' ').ShouldContain(refused.ConstraintName, sql);
            ConstraintWordsTests.Tell(refused);
        }

        string Confirm(long by) =>
            $"update service_record set state = 'confirmed', confirmed_by = {by}, confirmed_at = now() where service_record_id = {record}";
    }

    [Fact]
    public async Task Nothing_is_issued_without_its_ground()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        (await Vouchers.CorrectingNotation.RefusalOf(() => bank.First.Run(new PostGroundless(TestBody.Key, bank.Programme, one, 60, null)))).Code
            .ShouldBe("database.earned-without-ground");
        (await Vouchers.CorrectingNotation.RefusalOf(() => bank.First.Run(new PostGroundless(TestBody.Key, bank.Programme, one, 60, 59)))).Code
            .ShouldBe("database.earned-without-ground");
        await bank.Post(UnitKind.HoursEarned, 60, one, null);
        (await bank.Holds(one)).Hours.ShouldBe(60);
    }

    [Fact]
    public async Task The_check_finds_what_walked_around_the_walls()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        long activity = await bank.Served("09:00", "11:00", one);
        await bank.First.Run(new CloseActivity(TestBody.Key, activity));
        long record = (await bank.RecordOf(activity, one)).ServiceRecordId;
        long correction = await bank.First.Run(new ProposeCorrection(TestBody.Key, record, 90, "多记了"));
        await bank.Second.Run(new DecideCorrection(TestBody.Key, correction, Agrees: true));
        await CheckedBody.IsClean(body);
        (string Sql, string Back, string Code)[] attacks =
        [
            ("update holder_balance set hours = hours + 60", "update holder_balance set hours = hours - 60", "time-bank.hours"),
            ("update holder_balance set points = points + 5", "update holder_balance set points = points - 5", "time-bank.points time-bank.lots"),
            ("update holder_balance set in_redemption = 3", "update holder_balance set in_redemption = 0", "time-bank.in-redemption time-bank.lots"),
            ("update point_lot set redeemed = redeemed + 2", "update point_lot set redeemed = redeemed - 2", "time-bank.lot time-bank.lots"),
            ("update point_lot set units = units + 2", "update point_lot set units = units - 2", "time-bank.lot-units time-bank.lots"),
            ("update earned_ground set units = units + 1 where commodity = 'HOUR'", "update earned_ground set units = units - 1 where commodity = 'HOUR'",
                "time-bank.ground time-bank.record"),
            ("update earned_ground set source_id = source_id + 50 where commodity = 'POINT'",
                "update earned_ground set source_id = source_id - 50 where commodity = 'POINT'", "time-bank.ground-lost time-bank.record"),
            ("update service_record set to_pool = 5", "update service_record set to_pool = 0", "time-bank.record"),
            ("update record_correction set minutes = 60", "update record_correction set minutes = 90", "time-bank.correction"),
        ];
        foreach ((string sql, string back, string codes) in attacks)
        {
            await CheckedBody.Plant(body, sql);
            CheckReport report = await CheckedBody.Check(body);
            string[] found = [.. report.Checks.Single(check => check.Key == "time-bank").Faults.Select(fault => fault.Code).Distinct()];
            found.ShouldBe(codes.Split(' '), ignoreOrder: true, customMessage: sql);
            CheckedBody.Said(report).ShouldNotBeEmpty();
            await CheckedBody.Plant(body, back);
        }
    }

    private static async Task Run(string connection, string sql)
    {
        await using NpgsqlConnection owner = new(connection);
        await owner.OpenAsync();
        await using NpgsqlTransaction transaction = await owner.BeginTransactionAsync();
        await using NpgsqlCommand command = new(sql, owner, transaction);
        await command.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    /// <summary>Hours for somebody, with another ground than they say, or none.</summary>
    private sealed record PostGroundless(Guid Key, int Programme, long Person, long Minutes, long? Ground) : Command<Done>(Key)
    {
        internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Person);

        internal override async Task<Done> Apply(Work work, CancellationToken ct)
        {
            Fund fund = await work.FundById(Programme, ct);
            Chart chart = await work.ChartOn(TimeBankNotation.Day, ct);
            Amount amount = Amount.OfUnits(Minutes, Commodity.Hour);
            JournalEntry entry = JournalEntry.On(TimeBankNotation.Day, "时间银行").Debit(chart["hours-held"], fund.Code, amount, new Tags(Counterparty: Person))
                .Credit(chart["hours-issued"], fund.Code, amount).Balanced();
            await new UnitDoor(work, fund).PostByRule([new UnitEntry(UnitKind.HoursEarned, entry,
                Grounds: Ground is { } units ? [new Ground(Person, GroundSource.Service, 1, units)] : [])], ct);
            return Done.It;
        }
    }
}
