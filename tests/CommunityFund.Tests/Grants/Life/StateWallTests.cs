using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Tranches;
using CommunityFund.Tests.Grants.Tranches;
using Npgsql;

namespace CommunityFund.Tests.Grants.Life;

/// <summary>Whatever the program may think: from no state does a grant or a tranche come to another that the table does not list, neither by a
/// step that leaves the one or leads to the other, nor by a change of the row alone. Tried for every pair by the program's own login.</summary>
public sealed class StateWallTests
{
    [Fact]
    public async Task The_database_refuses_every_change_of_a_tranche_that_is_not_in_the_table()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        Tranche row = await grant.Tranche();
        foreach (TrancheState from in Enum.GetValues<TrancheState>())
        {
            await body.Superuser($"""
                update tranche set state = '{Codes.Kebab(from)}', held_by = {(from == TrancheState.Held ? "'desk'" : "null")} where tranche_id = {row.TrancheId}
                """);
            await Tried(body, Attack("tranche", $"1, {row.TrancheId}, {row.StateVersion + 1}, m, f, t, 'voucher', null, now(), '', '{{}}', '{{}}'",
                ", held_by = case t when 'held' then 'desk' end", "book_id, tranche_id, state_version, move, from_state, to_state, mover, actor_id, at, reason, facts, vouchers",
                "tranche_log", "tranche_rule", $"tranche_id = {row.TrancheId}", "'tranche_move_unlisted'", from, Enum.GetValues<TrancheState>()));
        }
    }

    [Fact]
    public async Task The_database_refuses_every_change_of_a_grant_that_is_not_in_the_table()
    {
        await using TestBody body = await TestBody.New();
        long grant = await body.Case(await body.Called(), 1);
        foreach (GrantState from in Enum.GetValues<GrantState>())
        {
            await body.Superuser($"update grant_case set state = '{Codes.Kebab(from)}' where grant_id = {grant}");

            // Papers, lapses and closings have walls of their own, which are asked first.
            await Tried(body, Attack("grant_case", $"1, {grant}, 2, m, f, t, 2, now(), '', '', '{{}}', '{{}}'", "",
                "book_id, grant_id, state_version, move, from_state, to_state, actor_id, at, reason, clause, facts, vouchers", "grant_log", "grant_move_rule",
                $"grant_id = {grant}", "'grant_move_unlisted', 'grant_move_untold', 'grant_move_undecided', 'grant_lapse_early', 'grant_closing_unready'", from, Enum.GetValues<GrantState>()));
        }
    }

    private static string Attack<TState>(string table, string values, string also, string columns, string log, string rules, string which, string walls,
        TState from, TState[] all)
        where TState : struct, Enum => $"""
        do $do$
        declare f text := '{Codes.Kebab(from)}'; t text; m text; n text; v_passed text := '';
        begin
          foreach t in array array['{string.Join("','", all.Select(Codes.Kebab))}'] loop
            for m in select distinct r.move from {rules} r where (r.from_state = f or r.to_state = t)
                and not exists (select 1 from {rules} x where x.from_state = f and x.move = r.move and x.to_state = t) loop
              begin
                n := 'nothing';
                insert into {log} ({columns}) values ({values});
              exception when others then
                get stacked diagnostics n = constraint_name;
              end;
              if n not in ({walls}) then
                v_passed := v_passed || f || ' > ' || t || ' by ' || m || ': ' || n || '; ';
              end if;
            end loop;
            begin
              n := 'nothing';
              update {table} set state = t, state_version = state_version + 1{also} where {which};
            exception when others then
              get stacked diagnostics n = constraint_name;
            end;
            if n not like '%_move_unlogged' then
              v_passed := v_passed || f || ' > ' || t || ' alone: ' || n || '; ';
            end if;
          end loop;
          if v_passed <> '' then
            raise exception 'not refused: %', v_passed;
          end if;
        end $do$
        """;

    private static async Task Tried(TestBody body, string attack)
    {
        await using NpgsqlConnection connection = new(body.Connections.Books);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(attack, connection);
        await command.ExecuteNonQueryAsync();
    }
}
