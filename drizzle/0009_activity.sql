-- Functions of this part follow.
select 1;
