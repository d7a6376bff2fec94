using Npgsql;

namespace CommunityFund.Books;

/// <summary>The databases of a private PostgreSQL and who may do what in them; making them again changes nothing.</summary>
internal static class LocalRoles
{
    public static async Task Prepare(LocalConnections connections, string maintenance, string database, CancellationToken ct)
    {
        await using (var admin = new NpgsqlConnection(maintenance))
        {
            await admin.OpenAsync(ct);
            await Run(admin, "REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC", ct);
            foreach (var connection in new[] { connections.Owner, connections.Books })
            {
                var login = new NpgsqlConnectionStringBuilder(connection);
                var known = await Exists(admin, "SELECT FROM pg_roles WHERE rolname = $1", login.Username!, ct);
                var verb = known ? "ALTER" : "CREATE";
                const string rights = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS";
                await Run(admin, $"{verb} ROLE {login.Username} {rights} PASSWORD '{login.Password}'", ct);
            }
            if (!await Exists(admin, "SELECT FROM pg_database WHERE datname = $1", database, ct))
            {
                await Run(admin, $"CREATE DATABASE {database} OWNER {Owner(database)} TEMPLATE template0 ENCODING 'UTF8'", ct);
            }
            await Admit(admin, database, App(database), ct);
        }
        await using var inside = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connections.Superuser) { Pooling = false }.ConnectionString);
        await inside.OpenAsync(ct);
        await Run(inside, "REVOKE CREATE ON SCHEMA public FROM PUBLIC", ct);
    }

    public static async Task Clone(string maintenance, string template, string name, string rolesOf, CancellationToken ct)
    {
        await using var admin = new NpgsqlConnection(maintenance);
        await admin.OpenAsync(ct);
        // Block by block through the log, which is the other way, takes half as long again.
        await Run(admin, $"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY OWNER {Owner(rolesOf)}", ct);
        await Admit(admin, name, App(rolesOf), ct);
    }

    public static async Task Drop(string maintenance, string name, CancellationToken ct)
    {
        await using var admin = new NpgsqlConnection(maintenance);
        await admin.OpenAsync(ct);
        await Run(admin, $"DROP DATABASE IF EXISTS {name} WITH (FORCE)", ct);
    }

    public static string Owner(string database) => database + "_owner";

    public static string App(string database) => database + "_app";

    private static async Task Admit(NpgsqlConnection admin, string database, string app, CancellationToken ct)
    {
        await Run(admin, $"REVOKE ALL ON DATABASE {database} FROM PUBLIC", ct);
        await Run(admin, $"GRANT CONNECT ON DATABASE {database} TO {app}", ct);
    }

    private static async Task<bool> Exists(NpgsqlConnection admin, string query, string name, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(query, admin) { Parameters = { new() { Value = name } } };
        await using var rows = await command.ExecuteReaderAsync(ct);
        return await rows.ReadAsync(ct);
    }

    // Names are checked before they come here and passwords are hexadecimal, so the text needs no quoting.
    private static async Task Run(NpgsqlConnection admin, string statement, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(statement, admin) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync(ct);
    }
}
